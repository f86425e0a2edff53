# Orders and stock, in English. Every key stands in zh-Hant/stock.ftl too; a test says so.

nav-orders = Orders
nav-stock = Stock

## how far an order has come

mark-proposed = to be approved
mark-replaced = gave way to a later plan
mark-approved = approved
mark-received = received
mark-called_off = called off
mark-pass = good
mark-warn = good, with doubts
mark-fail = not good

## the proposal

order-for-day = for {$day}
order-shops = { $n ->
    [one] 1 shop
   *[other] {$n} shops
}
order-lines-n = { $n ->
    [one] 1 line
   *[other] {$n} lines
}
order-lines = What is proposed
order-workbook = Proposal as a workbook
order-is-replaced = A later plan has taken the place of this proposal. Nothing is ordered from it.
order-old = { $n ->
    [one] This was reckoned yesterday: what was sold since is not in it.
   *[other] This was reckoned {$n} days ago: what was sold since is not in it.
}
order-first = Look at these first
order-goods = Goods
order-on-hand = On hand
order-coming = Coming
order-a-day = A day
order-target = Target
order-proposed = Proposed
order-order = Order
order-cost = Cost
order-class = Class by value and steadiness
order-pack = Units in a pack
order-units-of = Units of {$name} for {$store}
order-reason = Why changed?
order-reason-of = Why {$name} is changed
order-reason-needed = Please say why it is changed.
order-not-a-number = Please give a whole number from 0.
order-nothing-n = { $n ->
    [one] 1 line orders nothing
   *[other] {$n} lines order nothing
}
order-changed-n = { $n ->
    [one] 1 line changed
   *[other] {$n} lines changed
}
order-total = Total
order-note = A note, if you like: it is kept with the decision
order-will = Approving orders these goods of {$supplier}: the order is printed, entered into the books and mailed, and counts as coming from then on.
order-will-posting = Before anything is entered again, the books are searched for it: no order is entered twice.
order-outcome-title = Is this order in the books?
order-outcome-text = The order was sent to the accounting system, but its answer could not be read. Please look there yourself, then say what you saw.
order-refused-title = The accounting system did not take this order
order-refused-text = Nothing was entered. Put right there what is wrong, then try again; or enter it there yourself, and give its number here.
order-reject-means = Nothing is ordered, and nobody is written to. The next plan starts from what the shelves say then.
order-give-up-means = The order stays approved and still goes to the supplier; it is not entered into the books by this program.
act-order = Approve · {$amount}
act-order-plain = Approve
act-order-changed = Approve with changes · {$amount}
act-order-changed-plain = Approve with changes
act-reject-proposal = Reject
act-reject-order = Reject this proposal
act-enter-again = Try again to enter it
act-do-not-enter = Do not enter it

flag-empty = empty shelf
flag-cut = cut
flag-raised = raised to the minimum
flag-much = lasts long
flag-unsure = hard to forecast
flag-new = new

figure-forecast = Expected a day
figure-sigma = σ of a day
figure-days = Days: order + delivery
figure-demand = Demand of these days
figure-target = Target
figure-served = Served from the shelf
figure-on-hand = On hand
figure-on-order = Ordered
figure-in-transit = On its way
figure-reserved = Reserved
figure-position = Position
figure-need = Needed
figure-pack = Pack
figure-moq = Supplier's minimum
figure-cap = At most
figure-cap-max = room in the shop
figure-cap-shelf = shelf life

trouble-order-lines = Some lines cannot be ordered like this.
trouble-order-lines-do = See beside the lines. Everything you typed is still here.
trouble-order-changed = You have changed lines, and the button named the old amount.
trouble-order-changed-do = Please look at the total now, then press “Approve with changes”.
trouble-order-nothing = Nothing is left to order.
trouble-order-nothing-do = If nothing is wanted, reject the proposal instead. Everything you typed is still here.
trouble-order-other = A line was changed for another reason.
trouble-order-other-do = Please say in the note below what it is.
trouble-order-why = Please say why the proposal is rejected.
trouble-order-why-do = Nothing has been decided yet.
trouble-order-replaced = This proposal has given way to a later plan.
trouble-order-replaced-do = Nothing was ordered. Open the orders to find the one that has taken its place.

## orders

orders-empty = Nothing has been proposed yet. Proposals come with the plan of the night.
orders-none-match = No order is in this state.
orders-more = Only the latest 300 are shown.
order-number = Number
order-day = Day
order-proposed-total = Proposed
order-approved-total = Approved
order-mailed = Mailed
order-in-books = In the books
order-expected = Expected
order-approved-by = Approved by
order-ordered = Ordered
order-packs = Packs
order-why-changed = Why it was changed
order-no-lines = The lines of this order are not kept any more.
order-task = The decision
order-paper-supplier = Order as sent (PDF)
order-paper-buyer = Buyer's copy (PDF)
order-received = All of it has come
order-received-sure = Every line counts as received, in full, today. If something is missing, let the shop's own receipts say so instead.
order-received-do = Yes, all of it has come
order-called-off = It will not come
order-called-off-sure = What is still open of it counts as coming no more, and the next plan orders it again where it is needed. The supplier is not written to.
order-called-off-do = Yes, it will not come
order-done-settled = Noted. The next plan knows.
order-done-before = Nothing was changed: the order had ended before, or was never approved.

## stock

stock-sheet = Manual order sheet
stock-data = Is the data good enough?
stock-warned = { $n ->
    [one] 1 check is in doubt; the workbook of the run says more.
   *[other] {$n} checks are in doubt; the workbook of the run says more.
}
stock-waived = { $n ->
    [one] 1 check fails and is waived for now.
   *[other] {$n} checks fail and are waived for now.
}
stock-not-assessed = Not assessed yet: the run of the night does it.
stock-plans = The last plans
stock-lines = Lines
stock-ordering = Ordering
stock-orders = Orders
stock-no-plan = Nothing has been planned yet.
stock-pilot = Pilot
stock-ramp = Steps of the pilot
stock-arms = { $percent } % reached; {$auto} SKUs are or will be ordered automatically, {$manual} by hand.
stock-rolled-back = Automatic ordering was taken back on {$day}. Order from the manual sheet.
stock-closed = closed {$day}
stock-pilot-step = Take the next step: {$percent} %
stock-pilot-again = Let it begin again
stock-quarantine = Refused events
stock-quarantine-empty = None: everything that came could be used.
stock-row = row {$n}
stock-more-rows = { $n ->
    [one] 1 more is not shown.
   *[other] {$n} more are not shown.
}
stock-settle = Settled
stock-settle-means = They are put right where they come from, or do not matter.
stock-worth = What changing proposals was worth
stock-worth-changed = Changed
stock-worth-better = Better
stock-worth-worse = Worse
stock-worth-proposed = Units off, proposed
stock-worth-ordered = Units off, ordered
stock-worth-cost = Worth, at cost
stock-worth-text = Of changed lines whose days have passed: how far proposal and change were from what was then sold. A change is better when it came nearer.
stock-worth-none = Nothing yet: it is known once the days have passed that a changed order had to last for.
stock-done-settled = Settled. They are not shown any more.
stock-done-pilot-step = The pilot has taken its next step.
stock-done-pilot-again = The pilot begins again from its first step.
stock-done-no-sheet = There is no manual order sheet yet: nothing was ever planned or approved.
stock-refused-DH-8042 = A step must last seven days before the next.
stock-refused-DH-8043 = There is no next step now.
stock-refused-DH-8110 = Somebody else changed the pilot just now, or it cannot be read. Look at it again.

step-stock-take = Take events in
step-stock-readiness = Look whether the data is good enough
step-stock-guard = Ask the guard
step-stock-propose = Plan and propose
step-stock-proposal = Read the proposal
step-stock-print = Print the order
step-stock-manual_sheet = Make the manual order sheet
step-stock-count = Compare the stocktake
step-review-open_order = Ask a person
step-portal-post_order = Enter the order
step-mail-purchase_order = Mail the order
step-mail-stock = Mail the buyers
workflow-purchase_order = Purchase orders
workflow-replenishment = Replenishment
workflow-stock_events = Events of the shops
workflow-stocktake = Stocktakes
reason-order = A proposal waits to be approved.
