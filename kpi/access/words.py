"""The words of the pages around the dashboard, sign-in first, in English and in French."""

from collections.abc import Mapping
from typing import Final

ENGLISH: Final[Mapping[str, str]] = {
    "account": "Your account",
    "back": "Back to the dashboard",
    "change_password": "Change your password",
    "choose_password": "Choose your password",
    "choose_password_text": "The password that you signed in with serves only once. Choose one that only you know.",
    "current_password": "Current password",
    "demo_account": "You are looking around in invented data as a demo reader, without a password.",
    "demo_mark": "Demo data",
    "demo_over": "This demo reader cannot come in now: real data is published, an account exists, or there were too "
    "many tries. Sign in with an account, or try again in a moment.",
    "demo_text": "Nothing is imported yet: this is an invented company. Choose whose eyes to see it with. "
    "This stops as soon as real data is published or an account exists.",
    "demo_title": "Look around",
    "everywhere": "Other devices",
    "everywhere_button": "Sign out everywhere",
    "everywhere_text": "Ends every session of your account, this one too.",
    "file_gone": "This download is over",
    "file_gone_text": "A download lasts as long as the page that offered it. Open that page again to start over.",
    "file_not_yours": "Your role may not download this",
    "file_not_yours_text": "It holds personal data. Ask an administrator if you need it.",
    "foreign": "This form came from elsewhere",
    "foreign_text": "Your browser says that it was not sent from a page of this dashboard, so nothing was done. "
    "Open the page again and send it from there.",
    "incident": "Something went wrong",
    "incident_text": "It is not your doing. If it lasts, tell your administrator this number: {number}.",
    "language": "Language",
    "language_saved": "Your language is saved.",
    "new_password": "New password",
    "new_password_again": "New password, once more",
    "no_pages": "no page",
    "other_language": "Français",
    "password": "Password",
    "password_common": "Many people use this password, so it is soon guessed. Choose another one.",
    "password_rule": "At least 12 characters, of any script; a sentence is easier to remember. "
    "Passwords that many people use are refused.",
    "password_too_long": "This password is too long: at most 72 bytes, some 70 letters without accents.",
    "password_too_short": "This password is too short: at least 12 characters.",
    "password_saved": "Your password is changed. Your other sessions have ended.",
    "password_unchanged": "The new password is the one you have. Choose another one.",
    "password_wrong_current": "The current password is not right, or there were too many tries.",
    "passwords_differ": "The two new passwords are not the same.",
    "page_ambassador": "an ambassador’s sheet",
    "page_ambassadors": "ambassadors",
    "page_lifetime": "lifetime",
    "page_affordability": "affordability",
    "page_audit": "audit log",
    "page_data": "data",
    "page_discovery": "discovery",
    "page_economics": "economics",
    "page_satisfaction": "satisfaction",
    "page_glossary": "glossary",
    "page_overview": "overview",
    "page_revenue": "revenue",
    "page_spotlights": "spotlights",
    "page_budget": "budget",
    "page_alerts": "alerts",
    "role": "Role",
    "role_admin": "Administrator",
    "role_coordinator": "Ambassador coordinator",
    "role_data": "Data person",
    "role_owner": "Programme owner",
    "role_sponsor": "Budget sponsor",
    "save": "Save",
    "save_password": "Save the password",
    "sees": "Sees",
    "sign_in": "Sign in",
    "sign_in_button": "Sign in",
    "sign_in_failed": "The user name or the password is not right, or there were too many tries. "
    "Check both and try again in a moment.",
    "sign_in_with_account": "Sign in with an account",
    "sign_out": "Sign out",
    "sign_out_button": "Sign out",
    "sign_out_text": "Your session ends on this device, in every tab.",
    "signed_out": "You are signed out.",
    "to_dashboard": "Open the dashboard",
    "to_sign_in": "Sign in",
    "too_large": "This form is too long",
    "too_large_text": "Nothing was done. Open the page again.",
    "username": "User name",
}

FRENCH: Final[Mapping[str, str]] = {
    "account": "Votre compte",
    "back": "Retour au tableau de bord",
    "change_password": "Changer de mot de passe",
    "choose_password": "Choisissez votre mot de passe",
    "choose_password_text": "Le mot de passe qui vient de servir ne sert qu’une fois. "
    "Choisissez-en un que personne d’autre ne connaît.",
    "current_password": "Mot de passe actuel",
    "demo_account": "Vous parcourez des données inventées avec un compte de démonstration, sans mot de passe.",
    "demo_mark": "Données de démonstration",
    "demo_over": "Ce compte de démonstration n’ouvre pas : de vraies données sont publiées, un compte existe ou les "
    "essais ont été trop nombreux. Connectez-vous avec un compte ou réessayez dans un instant.",
    "demo_text": "Rien n’est encore importé : cette entreprise est inventée. Choisissez avec quels yeux la regarder. "
    "Cet accès se ferme dès que de vraies données sont publiées ou qu’un compte existe.",
    "demo_title": "Découvrir",
    "everywhere": "Autres appareils",
    "everywhere_button": "Se déconnecter partout",
    "everywhere_text": "Met fin à toutes les sessions de votre compte, celle-ci comprise.",
    "file_gone": "Ce téléchargement a expiré",
    "file_gone_text": "Un téléchargement dure aussi longtemps que la page qui le propose. "
    "Rouvrez cette page pour le relancer.",
    "file_not_yours": "Votre rôle ne permet pas ce téléchargement",
    "file_not_yours_text": "Il contient des données personnelles. Adressez-vous à l’administration au besoin.",
    "foreign": "Ce formulaire vient d’ailleurs",
    "foreign_text": "D’après votre navigateur, il n’a pas été envoyé depuis une page de ce tableau de bord : "
    "rien n’a été fait. Rouvrez la page et envoyez-le de là.",
    "incident": "Une erreur s’est produite",
    "incident_text": "Vous n’y êtes pour rien. Si cela persiste, donnez ce numéro à l’administration : {number}.",
    "language": "Langue",
    "language_saved": "Votre langue est enregistrée.",
    "new_password": "Nouveau mot de passe",
    "new_password_again": "Nouveau mot de passe, encore une fois",
    "no_pages": "aucune page",
    "other_language": "English",
    "password": "Mot de passe",
    "password_common": "Ce mot de passe est très répandu, donc vite deviné. Choisissez-en un autre.",
    "password_rule": "Au moins 12 caractères, de toute écriture ; une phrase se retient mieux. "
    "Les mots de passe très répandus sont refusés.",
    "password_too_long": "Ce mot de passe est trop long : 72 octets au plus, soit environ 70 lettres sans accent.",
    "password_too_short": "Ce mot de passe est trop court : 12 caractères au moins.",
    "password_saved": "Votre mot de passe est changé. Vos autres sessions sont terminées.",
    "password_unchanged": "Le nouveau mot de passe est celui que vous avez. Choisissez-en un autre.",
    "password_wrong_current": "Le mot de passe actuel ne convient pas, ou les essais ont été trop nombreux.",
    "passwords_differ": "Les deux nouveaux mots de passe ne sont pas identiques.",
    "page_ambassador": "fiche d’un ambassadeur",
    "page_ambassadors": "ambassadeurs",
    "page_lifetime": "durée de vie",
    "page_affordability": "commission supportable",
    "page_audit": "journal d’audit",
    "page_data": "données",
    "page_discovery": "découverte",
    "page_economics": "économie",
    "page_satisfaction": "satisfaction",
    "page_glossary": "glossaire",
    "page_overview": "vue d’ensemble",
    "page_revenue": "chiffre d’affaires",
    "page_spotlights": "coups de projecteur",
    "page_budget": "budget",
    "page_alerts": "alertes",
    "role": "Rôle",
    "role_admin": "Administration",
    "role_coordinator": "Animation des ambassadeurs",
    "role_data": "Responsable des données",
    "role_owner": "Responsable du programme",
    "role_sponsor": "Responsable du budget",
    "save": "Enregistrer",
    "save_password": "Enregistrer le mot de passe",
    "sees": "Voit",
    "sign_in": "Connexion",
    "sign_in_button": "Se connecter",
    "sign_in_failed": "L’identifiant ou le mot de passe ne convient pas, ou les essais ont été trop nombreux. "
    "Vérifiez les deux et réessayez dans un instant.",
    "sign_in_with_account": "Se connecter avec un compte",
    "sign_out": "Déconnexion",
    "sign_out_button": "Se déconnecter",
    "sign_out_text": "Votre session prend fin sur cet appareil, dans tous les onglets.",
    "signed_out": "Session terminée.",
    "to_dashboard": "Ouvrir le tableau de bord",
    "to_sign_in": "Se connecter",
    "too_large": "Ce formulaire est trop long",
    "too_large_text": "Rien n’a été fait. Rouvrez la page.",
    "username": "Identifiant",
}

LANGUAGES: Final[Mapping[str, Mapping[str, str]]] = {"en": ENGLISH, "fr": FRENCH}
"""Every language with its words; the first one is the default."""

NAMES: Final = (("en", "English"), ("fr", "Français"))


def chosen_language(asked: str | None, accepted: str, remembered: str | None = None) -> str:
    """The language asked for if there is one, else the one remembered, else the first known one of those accepted.

    `accepted` is an Accept-Language header or a single locale.

    The header's order is taken as the reader's preference, as browsers write it.
    """
    for language in (asked, remembered):
        if language is not None and language in LANGUAGES:
            return language
    wanted = [part.split(";")[0].strip().lower().split("-")[0] for part in accepted.split(",")]
    return next((language for language in wanted if language in LANGUAGES), "en")


def pages_in_words(language: str, pages: tuple[str, ...]) -> str:
    """The pages by their names in a sentence's middle: "overview, data, glossary"."""
    words = LANGUAGES[language]
    return ", ".join(words[f"page_{page}"] for page in pages) or words["no_pages"]
