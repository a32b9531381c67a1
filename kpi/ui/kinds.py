"""What the data names in its own words, as it is shown: kinds of acts, origins, rewards, surveys, levers."""

from kpi.language import mark, translate
from kpi.ui.segments import segment_label

KNOWN = (  # values of the contract and of the demo company; others stay as they are
    mark("Access"),
    mark("Article"),
    mark("Backstage visit"),
    mark("Beta test"),
    mark("Case study"),
    mark("Co-design session"),
    mark("Community post"),
    mark("Contribution"),
    mark("Discount"),
    mark("Featured on the site"),
    mark("Feedback"),
    mark("Gift card"),
    mark("Incentivised"),
    mark("Masterclass seat"),
    mark("Media"),
    mark("Monetary"),
    mark("Named piece"),
    mark("Newsletter spotlight"),
    mark("Organic"),
    mark("Photo"),
    mark("Podcast"),
    mark("Post"),
    mark("Preview"),
    mark("Referral"),
    mark("Review"),
    mark("Staff"),
    mark("Story"),
    mark("Testimonial"),
    mark("Thank-you note"),
    mark("Tooling"),
    mark("Video"),
    mark("Vote"),
)
SPELLED = {  # values that are not written as they stand in the data
    "co_creation": mark("Co-creation"),
    "csat": mark("CSAT"),
    "event_spoken": mark("Spoke at an event"),
    "nps": mark("NPS"),
}


def label_of(value: str) -> str:
    """A value in words: community_post is Community post."""
    return translate(SPELLED[value]) if value in SPELLED else segment_label(value)
