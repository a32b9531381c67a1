"""What the data names in its own words, as it is shown: acts, origins, rewards, surveys, levers, products."""

from kpi.language import mark, translate
from kpi.ui import segments

KNOWN = segments.KNOWN | {  # values of the contract and of the demo company; others stay as they are
    mark("1 to 2 years"),
    mark("3 to 6 months"),
    mark("6 to 12 months"),
    mark("Access"),
    mark("Accessories"),
    mark("Article"),
    mark("Backstage visit"),
    mark("Bags"),
    mark("Beta test"),
    mark("Call"),
    mark("Case study"),
    mark("Co-design session"),
    mark("Coats"),
    mark("Community post"),
    mark("Content"),
    mark("Contribution"),
    mark("Customer won"),
    mark("Discount"),
    mark("Dresses"),
    mark("Email clicked"),
    mark("Event attended"),
    mark("Featured on the site"),
    mark("Feedback"),
    mark("First order"),
    mark("Gift card"),
    mark("Incentivised"),
    mark("Knitwear"),
    mark("Login"),
    mark("Masterclass seat"),
    mark("Media"),
    mark("Monetary"),
    mark("Named piece"),
    mark("Newsletter spotlight"),
    mark("Order"),
    mark("Organic"),
    mark("Over 2 years"),
    mark("Photo"),
    mark("Podcast"),
    mark("Post"),
    mark("Preview"),
    mark("Referral"),
    mark("Review"),
    mark("Reward"),
    mark("Shirts"),
    mark("Shoes"),
    mark("Skirts"),
    mark("Staff"),
    mark("Story"),
    mark("Styling app"),
    mark("Testimonial"),
    mark("Thank-you note"),
    mark("Tooling"),
    mark("Trousers"),
    mark("Under 3 months"),
    mark("Video"),
    mark("Vote"),
    mark("Webinar"),
}
SPELLED = {  # values that are not written as they stand in the data
    "co_creation": mark("Co-creation"),
    "csat": mark("CSAT"),
    "event_spoken": mark("Spoke at an event"),
    "no_reward": mark("No reward yet"),
    "nps": mark("NPS"),
    "paid": mark("Paid for"),
}


def label_of(value: str) -> str:
    """A value in words: community_post is Community post."""
    return translate(SPELLED[value]) if value in SPELLED else segments.in_own_words(value, KNOWN)


def group_label(by: str, value: str) -> str:
    """A group of a breakdown in words: of countries, FR is France; of kinds, community_post is Community post."""
    return segments.segment_label(by, value) if by in segments.SEGMENTS else label_of(value)
