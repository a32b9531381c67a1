"""Who may come in, and what they may see: accounts, sessions, roles, the audit log, the gate."""
