"""District (智慧商圈): WeChat tells of payments in the mall's shops; we tell it of points and of cars.

`client` speaks WeChat Pay v3's district interface, `webhook` takes in what it notifies, `chores` is what the worker
does behind the answer, `bills` reads the refunds of a shop's own trade bill. The merchant and its keys are settings of
`integrations.payments`. Nothing is trusted that was not verified.
"""
