"""Members (会员) for marketing, customer service and finance: the list, one member, points and their liability."""
