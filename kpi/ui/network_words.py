"""Who brought whom in words: how many, over how many generations, and what somebody is called who may have no name."""

from collections.abc import Mapping, Sequence

from kpi.advocates import Member, Network, Tree
from kpi.language import translate, translate_plural
from kpi.metrics import Person
from kpi.ui import format as fmt


def network_in_words(network: Network) -> str:
    """How many were brought, how many brought them, and over how many generations. Markdown."""
    brought = translate_plural(
        "**{count}** customer was brought by an ambassador.",
        "**{count}** customers were brought by ambassadors.",
        network.brought,
        count=fmt.count(network.brought),
    )
    bringers = translate_plural(
        "**{count}** person brought somebody.",
        "**{count}** people brought somebody.",
        network.bringers,
        count=fmt.count(network.bringers),
    )
    trees = translate_plural(
        "They stand in **{count}** tree.",
        "They stand in **{count}** trees.",
        network.trees,
        count=fmt.count(network.trees),
    )
    generations = translate_plural(
        "The longest line goes on over **{count}** generation.",
        "The longest line goes on over **{count}** generations.",
        network.generations,
        count=fmt.count(network.generations),
    )
    return f"{brought} {bringers} {trees} {generations}"


def line_in_words(tree: Tree, names: Mapping[str, Person]) -> list[str]:
    """Who brought the person, who brought them, and so on up to somebody without a name: a sentence each. Markdown."""
    if not tree.line:
        return [translate("Nobody is known to have brought them.")]
    above = tree.line[-1]
    day = fmt.day(tree.person.brought_date) if tree.person.brought_date else ""
    told = [translate("Brought by **{name}** on {day}.", name=fmt.plain(called(above, names)), day=day)]
    pairs = list(zip(reversed(tree.line[:-1]), reversed(tree.line[1:]), strict=True))
    for number, (bringer, brought) in enumerate(pairs):
        if not bringer.may_be_named:
            more = len(pairs) - number
            told.append(
                translate_plural(
                    "The line goes on with **{count}** person above.",
                    "The line goes on with **{count}** people above.",
                    more,
                    count=fmt.count(more),
                )
            )
            break
        told.append(
            translate(
                "**{name}** was brought by **{bringer}**.",
                name=fmt.plain(called(brought, names)),
                bringer=fmt.plain(called(bringer, names)),
            )
        )
    return told


def tree_in_words(tree: Tree) -> str:
    """How many somebody brought, how many came through these, and how many of them are not shown. Markdown."""
    person = tree.person
    if not person.people_in_all:
        return translate("Nobody stands below them.")
    told = [
        translate_plural(
            "They brought **{count}** person themselves.",
            "They brought **{count}** people themselves.",
            person.people_directly,
            count=fmt.count(person.people_directly),
        )
    ]
    through = person.people_in_all - person.people_directly
    if through:
        told += [
            translate_plural(
                "**{count}** more came through them.",
                "**{count}** more came through them.",
                through,
                count=fmt.count(through),
            ),
            translate_plural(
                "The tree goes on over **{count}** generation.",
                "The tree goes on over **{count}** generations.",
                person.generations,
                count=fmt.count(person.generations),
            ),
        ]
    if tree.more:
        told.append(
            translate_plural(
                "**{count}** of them is not shown.",
                "**{count}** of them are not shown.",
                tree.more,
                count=fmt.count(tree.more),
            )
        )
    return " ".join(told)


def called(member: Member, names: Mapping[str, Person]) -> str:
    """What somebody is called: by name only who agreed to be contacted."""
    person = names.get(member.customer_id or "") if member.may_be_named else None
    if person and person.full_name:
        return person.full_name
    return translate("A customer") if member.customer_id else translate("A partner")


def tree_labels(members: Sequence[Member], names: Mapping[str, Person]) -> dict[str, str]:
    """By the id of who began it, what each tree is called; those that would be called the same are numbered.

    Streamlit knows an option by what it is called, and would take the first of two for the other.
    """
    labels: dict[str, str] = {}
    for one in members:
        label = translate_plural(
            "{name}: {count} person brought",
            "{name}: {count} people brought",
            one.people_in_all,
            name=called(one, names),
            count=fmt.count(one.people_in_all),
        )
        same = sum(other.startswith(label) for other in labels.values())
        labels[one.person_id] = f"{label} ({same + 1})" if same else label
    return labels
