"""After-sales: requests against their clock, photographed receipts to review, how shops keep their time."""
