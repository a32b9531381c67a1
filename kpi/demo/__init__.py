"""The demo company: three years of a fashion shop with a small styling app for boutiques, drawn from one seed.

Every table of the data contract is written, every row keeps the contract, nothing is real. Each table has a generator
of its own, so a change in one leaves the others as they were. `people` holds the hidden traits (engagement,
satisfaction, pace of ordering, the day a person loses interest) that the tables share.

Three truths are planted, for tests to look for (with 20,000 customers):

1. Organic content converts best. Orders per click are 7.0 % for organic, 4.2 % for incentivised and 2.1 % for paid
   posts on average, and vary from post to post (`posts.CONVERSION`).
2. Sixty highly engaged customers are not ambassadors yet: six to ten times the usual engagement (about 70 interactions
   a year), eight organic posts a year, satisfaction two standard deviations up, a 9 or 10 answered within the last
   year, contact allowed, a member for 300 days or more, never thanked. No column tells them apart; `hidden_advocates`
   draws them again from the seed.
3. That ambassadors are worth more is mostly selection. In the 180 days before they enrol they order about 4.5 times as
   often as other customers of at least that tenure, since enrolment goes by engagement and pace of ordering. Enrolment
   itself adds 30 % to a person's own pace while enrolled and interested (`shop.ENROLMENT_EFFECT`); as some lose
   interest as anybody does, the first 180 days after show about 20 % more orders than the time before.
"""

from kpi.demo.write import hidden_advocates, write_demo

__all__ = ["hidden_advocates", "write_demo"]
