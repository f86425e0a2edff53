# The pages in English. Every key stands in zh-Hant/web.ftl too; a test says so.

skip = Go to the content
nav = Pages
nav-queue = To review
nav-runs = Runs
nav-schedules = Schedules
nav-postings = Postings
nav-suppliers = Suppliers
nav-audit = Audit
nav-upload = Hand in
sign-in = Sign in
sign-out = Sign out
sign-in-name = Name or e-mail
sign-in-password = Password
sign-in-failed = The name or the password is not right. Please try again.
sign-in-lost = Forgotten your password? An administrator of this desk can set a new one.
close = Close
comma = {", "}
choose = Please choose
role-admin = Administrator
role-author = Author
role-reviewer = Reviewer
role-viewer = Viewer

## keys

keys = Keys
keys-tab = next field that needs your eyes
keys-enter = take the value and go to the next field
keys-approve = approve
keys-choose = choose the other reading
keys-zoom = make the page larger or smaller
keys-back = back to the queue; the task is free again
keys-help = these keys

## ages

age-now = just now
age-minutes = { $n ->
    [one] 1 minute
   *[other] {$n} minutes
}
age-hours = { $n ->
    [one] 1 hour
   *[other] {$n} hours
}
age-days = { $n ->
    [one] 1 day
   *[other] {$n} days
}

## the queue

day = Today
day-posted = posted today
day-waiting = waiting for review
day-straight = straight through today
day-oldest = oldest waiting
day-unknown = outcome unknown
day-failed = failed, to be looked at
hold-typhoon_8 = Typhoon signal 8 or higher:
hold-black_rain = Black rainstorm warning:
hold-extreme_conditions = Extreme conditions:
hold-since = schedules are on hold since {$since}.
hold-silent = Typhoon and rain warnings have not been readable since {$since}; what was read last stays in force. Set and lift holds by hand.
quiet-folder = Nothing has arrived in {$folder} since {$since}. See whether what fills it still works.
tabs = Views
tab-review = To review
tab-done = Done
filter = Show
order = Order
order-age = Oldest first
order-amount = Largest amount first
order-confidence = Lowest confidence first
who-all = Everybody's
who-mine = Mine
who-free = Nobody's
all-workflows = All workflows
all-states = All states
column-age = Waiting
column-supplier = Supplier
column-amount = Amount
column-reason = Why it is here
column-confidence = Lowest confidence
column-held = Held by
column-workflow = Workflow
column-decision = Decision
column-by = By
column-state = State
column-started = Started
column-steps = Steps
column-took = Took
column-when = When
column-reference = Reference
column-portal = Portal
pace-fresh = in time
pace-amber = half of the time is gone
pace-late = late
unnamed = Unknown supplier
queue-empty = Nothing waits for you.
queue-empty-quiet = No invoice has been posted yet today.
queue-empty-rate = {$percent}% of today's invoices went straight through.
queue-more = Only the first 200 are shown. Narrow the list by supplier.
queue-none-match = No task matches.
queue-show-all = Show all
queue-nothing-done = No decision has been made yet.
to-queue = To the queue
workflow-invoice = Invoices
workflow-daily_digest = Daily digest
workflow-audit_head = Audit head
workflow-statement_match = Supplier statements
workflow-month_end_report = Month-end report
workflow-chase = Reminders
done-approve = Approved. Thank you.
done-correct = Corrected and approved. Thank you.
done-remember = Corrected, approved, and remembered for the supplier. Thank you.
done-reject = Put aside; nothing will be posted.

## states: each has a shape too

mark-wrong = wrong
mark-doubtful = doubtful
mark-missing = missing
mark-agreed = agreed
mark-absent = not on the page
mark-note = note
mark-open = waiting
mark-claimed = in review
mark-decided = decided
mark-applied = done
mark-running = running
mark-queued = waits for its turn
mark-set_aside = to be done anew
mark-waiting = waits
mark-done = done
mark-rejected = rejected
mark-not_posted = not posted
mark-failed = failed
mark-cancelled = cancelled
mark-intended = about to be posted
mark-submitted = submitted, not yet confirmed
mark-confirmed = posted
mark-unknown = outcome unknown

## the task page

task-form = What was read
document = Document
view = View
decision = Decision
divider = Width of the form
arrived = waiting for {$age}
why-here = Why it is here
look-at = { $n ->
    [one] Please look at this
   *[other] Please look at these {$n}
}
agreed = { $n ->
    [one] 1 field agrees
   *[other] {$n} fields agree
}
absent = { $n ->
    [one] 1 field not on the page
   *[other] {$n} fields not on the page
}
others = Also read as
crop = {$field}, as it stands on the page
on-the-page = On the page:
not-read = Nobody could read this value.
date-form = YYYY-MM-DD
source-person = typed by a person
source-structured = from the file's own data
source-qr = from the QR code
source-text_layer = from the PDF's text
source-ocr-ppocr = read from the picture
source-ocr-tesseract = read from the picture by the second reader
source-memory = remembered for this supplier
source-derived = computed
remember = Remember this for {$supplier}
memory-by = Remembered by {$by} on {$at}.
sums = Does it add up?
sums-comes-to = comes to
sums-agree = The sum agrees with the total.
sums-off = The sum misses the total by
lines = { $n ->
    [one] 1 line item
   *[other] {$n} line items
}
line-name = Item
line-quantity = Quantity
line-price = Price
line-amount = Amount
line-tax = Tax
lines-sum = Lines together
lines-off = The lines miss the amount on the invoice by
related-part-of = A part of
related-part = Holds
related-read-from = The same invoice as
related-carrier = The same invoice also came as
twins = Is it the same as one of these?
twin-hard = same invoice number
twin-soft = same supplier, amount and date
twin-posted = posted as {$reference}
twin-open = Open its page
will = What will happen
will-post = Approving posts {$amount} to {$supplier} in the ledger, as invoice {$number} of {$date}.
will-aside = The document is put aside and kept. Nothing is posted.
will-outcome = Nothing is sent unless you say “try again”; then the ledger is searched first, and the bill is entered only if it is not there.
will-settle = Nothing is posted or corrected because of a statement. What you settled is noted, with your name.
will-again = The step is tried again from where it stopped. Nothing is done twice.
tick = I have looked at what is marked ✕ above, and it may be posted all the same.
outcome-title = Is this bill in the ledger?
outcome-text = The bill was sent, but the ledger's answer could not be read. Please look in the ledger yourself, then say what you saw.
outcome-reference = The number under which the ledger keeps it
refused-title = The ledger did not take this bill
refused-text = Nothing was entered. Put right what is wrong here or in the ledger, then try again.
statement-title = This statement differs from what was posted
statement-text = Look at each difference, and settle it with the supplier or in the ledger. Deskhand changes nothing.
statement-workbook = All differences as a workbook
failure-title = A step could not be done
failure-text = Nothing was posted. You can have the step tried again, or give up this document.
no-invoice-title = Is this an invoice?
no-invoice-text = It looks like another kind of paper. If it is an invoice after all, fill in the fields below.
history = History
attempt = attempt {$n}
whole-run = The whole run, step by step
no-picture = There is no picture of this document yet.
get-original = Get the file as it arrived
pages = { $n ->
    [one] 1 page
   *[other] {$n} pages
}
page-n = Page {$n} of the document
zoom-in = Larger
zoom-out = Smaller
zoom-fit = Whole width
fill-hint = Click a word to put it into the field
held-by = {$name} is working on this.
held-by-do = You can read along; the task is free again as soon as it is left.
read-only = You can look at this task, but not decide it.
claim = Take this task
claimed = You hold this task.
claim-lost = Somebody else has taken this task. What you have typed is still here.
act-post = Post {$amount} to the ledger
act-post-again = Try again: post {$amount}
act-post-unknown = Post to the ledger
act-correct = Correct and approve
act-correct-post = Correct and post {$amount}
act-reject = Reject
act-reject-now = Reject this invoice
act-settled = Settled
act-unsettled = Not settled
act-give-up = Give up
act-aside = Not an invoice: put it aside
act-is-invoice = It is an invoice: post it
act-is-there = It is there, under this number
act-try-again = It is not there: try again
act-try-step-again = Try the step again
reject-why = Why?
reject-note = In your own words
reject-means = The run ends here and nothing is posted. The document is kept.
unsettled-means = The run ends here, and your note says why it was left open.
give-up-means = The run ends here. The document is kept, and nothing more is sent.
why-duplicate = It came before
why-not_ours = It is not addressed to us
why-wrong_content = Its content is wrong; the supplier must send another
why-unreadable = It cannot be read
why-not_an_invoice = It is not an invoice
why-withdrawn = The supplier has withdrawn it
why-other = Something else
decided-approve = Approved
decided-correct = Corrected and approved
decided-reject = Rejected
reason-check = Something on this invoice needs your eyes.
reason-posting = The posting needs your eyes.
reason-statement = A statement differs from what was posted.
reason-failure = A step could not be done.
reason-other = This document needs your eyes.

## when the form comes back

trouble-values = Some values cannot be taken.
trouble-values-do = See beside the fields. Everything you typed is still here.
trouble-findings = With these values, something else does not agree.
trouble-findings-do = Please look at the list below, then decide again.
trouble-changed = You have changed values, and the button named the old amount.
trouble-changed-do = Please look at what will happen now, then press “Correct and approve”.
trouble-tick = Something here cannot be right.
trouble-tick-do = If it is to be posted all the same, tick the box under “What will happen”.
trouble-reason = Please say why this invoice is rejected.
trouble-reason-do = Nothing has been decided yet.
trouble-other = Please say in a few words what the reason is.
trouble-other-do = Nothing has been decided yet.
trouble-reference = Under which number does the ledger keep it?
trouble-reference-do = Nothing has been decided yet.
trouble-remember = Something that you ticked cannot be remembered.
trouble-remember-do = Nothing has been decided yet; the box is empty again. Everything you typed is still here.
trouble-version = This task changed while you were looking.
trouble-version-do = Everything you typed is still here. Please look once more, then decide.

## when somebody else was quicker

late-title = Somebody else was quicker
late-decided = {$name} decided this task on {$at}:
late-held = {$name} has taken this task in the meantime. It has not been decided yet.
late-yours = Your decision ({$decision}) was not recorded, and nothing was done twice. This is what you typed:
late-column-yours = You typed
late-column-theirs = Recorded
late-next = To the next task
late-look = Look at this task
field = Field

## fields

field-total = Total
field-amount_ex_tax = Net amount
field-tax = Tax
field-total_in_words = Total in words
field-subtotal = Subtotal
field-discount = Discount
field-charges = Charges
field-amount_due = Amount due
field-deposit = Paid before
field-currency = Currency
field-invoice_number = Invoice number
field-invoice_code = Invoice code
field-issue_date = Issue date
field-due_date = Due date
field-seller_name = Seller
field-seller_tax_id = Seller's tax id
field-brn = Business registration number
field-buyer_name = Buyer
field-buyer_tax_id = Buyer's tax id
field-po_number = Order number
field-bank_account = Bank account
field-fps_id = FPS id
field-check_code = Check code
field-random_code = Random code
field-remarks = Remarks

## kinds of paper

kind-cn_digital_special = Mainland digital special invoice
kind-cn_digital_normal = Mainland digital invoice
kind-cn_vat_electronic_normal = Mainland electronic invoice
kind-cn_vat_electronic_special = Mainland electronic special invoice
kind-cn_vat_paper_special = Mainland special invoice on paper
kind-cn_vat_paper_normal = Mainland invoice on paper
kind-cn_motor_vehicle = Mainland vehicle invoice
kind-cn_toll = Mainland toll invoice
kind-cn_rail = Mainland rail ticket
kind-cn_air = Mainland air itinerary
kind-cn_taxi_receipt = Mainland taxi receipt
kind-hk_invoice = Hong Kong invoice
kind-hk_receipt = Hong Kong receipt
kind-tw_einvoice_b2b = Taiwan e-invoice
kind-tw_einvoice_slip = Taiwan e-invoice slip
kind-tw_triplicate = Taiwan triplicate invoice
kind-tw_cash_register = Taiwan cash register invoice
kind-tw_telecom_bill = Taiwan telecom bill
kind-tw_customs = Taiwan customs paper
kind-ubl = Electronic invoice (UBL)
kind-other = Other paper
kind-unknown = Unknown kind of paper

## runs and postings

runs-empty = Nothing has run yet.
runs-dead = { $n ->
    [one] 1 run has failed and waits for somebody
   *[other] {$n} runs have failed and wait for somebody
}
column-since = Since
column-run = Run
column-class = Kind
column-where = Where
class-business = business: data is wrong or missing
class-application = application: a system or a script is out of order
class-outcome_unknown = outcome unknown: somebody must look where it was sent
failure-class = Kind of failure: {$class}
failure-step = step {$step}
failure-line = line {$line} of the workflow
queued-at = Number {$n} of its workflow in the queue.
held-at_once = So many runs of it may be at work, and are: {$n}.
held-per_minute = So many runs of it may begin within a minute, and have: {$n}.
held-all = So many runs may be at work, and are: {$n}.
held-siblings = So many of the runs that were started with it may go at a time, and do: {$n}.
held-turn = It begins next, or after those before it.
sleeps-until = Sleeps until {$at}.
awaits-runs = Waits for the runs that step {$step} has started.
put-away-by = Put away by {$by} on {$at}: {$why}
tried-again = { $n ->
    [one] Tried again once.
   *[other] Tried again {$n} times.
}
started-by-run = Started by the run
children = { $n ->
    [one] It has started 1 run
   *[other] It has started {$n} runs
}
again-title = Try again
again-from = From which step
again-go-on = Go on where it stopped
again-new-version = With the workflow as it is now, not version {$version} on which it began
again-repeat = Mail, post, write and start again what these steps have mailed, posted, written or started
again-why = Why
again-do = Try again
away-why = Nothing more is to be done, because
away-do = Put away
refused-DH-6006 = The workflow as it is now asks for other steps than those that were done. Choose an earlier step to begin from.
refused-DH-6050 = Only a run that has failed or was cancelled can be tried again.
refused-DH-6051 = From this step on, something would leave the house a second time. Tick the box if it is meant, and say why; or begin at a later step.
refused-DH-6052 = The run has not come to that step.
refused-DH-6058 = Say why nothing more is to be done.
runs-strip = { $n ->
    [one] 1 step
   *[other] {$n} steps
}
run-trigger = started by {$trigger}
run-task = The review task of this run
run-script = Workflow version
trigger-folder = a file in the folder
trigger-mailbox = a mail
trigger-upload = an upload
trigger-schedule = the clock
trigger-after = the end of another run
trigger-run = another run
trigger-webhook = another program
trigger-person = a person
trigger-reconcile = the daily tidying
step-documents-read = Read the document
step-invoices-split = Look for several invoices in one file
step-invoices-check = Find the fields and check them
step-review-open = Ask a person
step-review-wait = Wait for the person
step-portal-post-bill = Post to the ledger
step-mail-exception = Mail the reviewers
step-mail-digest = Mail the digest
step-mail-audit-head = Mail the audit head
step-report-hours = Count what was done
step-report-month = Make the month's report
step-mail-report = Mail the month's report
step-mail-reminder = Remind by mail
step-mail-broken-chain = Raise the alarm about the audit chain
step-audit-verify = Verify the audit chain
step-chase-overdue = Look for overdue tasks
step-statements-read = Read the statement
step-statements-compare = Compare it with what was posted
step-review-open-statement = Ask a person about the statement
step-sheet-save = Save the workbook
step-calendar-today = Look at the calendar
step-run-sleep = Sleep
step-run-sleep-until = Sleep until a time
step-run-sleep-working-days = Sleep for working days
step-run-start = Start another run
step-run-invoke = Start another run and wait for it
step-run-wait = Wait for another run
step-run-each = Start a run for each item
step-input = Given
step-output = Result
step-nothing = Nothing to show.
posting-in = Posting to {$portal}
posting-key = Key
posting-film = What the program saw
posting-unknown = The bill was sent, but the answer could not be read. A person has to look in the ledger.
postings-empty = Nothing has been posted yet.
act-sign-in = Signed in
act-search = Searched
act-fill = Filled in
act-filled = Filled in
act-submit = Submitted
act-submitted = Submitted
act-read-back = Read back

## suppliers

suppliers-text = What people asked Deskhand to remember when they corrected an invoice. It is used on the next paper of the same supplier, and on nobody else's.
suppliers-empty = Nothing is remembered yet.
suppliers-empty-do = When you correct a field on a review task, you can tick “Remember this”.
known-by-tax = tax id
known-by-brn = business registration
memory-what = What is remembered
memory-saved = Saved by
memory-from = From
memory-used = Use
memory-label = stands beside “{$label}”
memory-value = is
memory-times = { $n ->
    [0] not used yet
    [one] used once
   *[other] used {$n} times
}
memory-last = last on {$at}
memory-revoke = Revoke
memory-revoked = { $n ->
    [one] 1 revoked
   *[other] {$n} revoked
}
memory-was = saved by {$by} on {$at}, revoked by {$revoker} on {$when}
memory-revoked-done = Revoked. It will not be used again.

## audit

audit-sound = The chain is whole: {$n} entries, each sealed with the one before.
audit-broken = The chain is broken at entry {$seq}.
audit-broken-do = Compare with the heads that were mailed, and tell the operator at once.
audit-row_changed = A line was changed after it was written.
audit-row_missing = A line is missing.
audit-link_broken = A line does not follow from the one before.
audit-truncated = Lines at the end are missing.
audit-head_mismatch = The head is not the one that was recorded.
audit-rows_beyond_head = There are lines after the head.
audit-head = Head
audit-latest = Latest entries
audit-who = Who
audit-action = Did what
audit-object = To what
audit-details = Details
audit-hash = Seal

## handing in

upload-text = Files that you hand in here go the same way as those in the watched folder.
upload-files = Files
upload-send = Hand in
upload-kinds = PDF, PNG, JPEG, WebP, TIFF, OFD or XML, alone or in a ZIP archive or a saved mail; 64 MB together at most.
upload-started = Taken in: see its run
upload-duplicate = These bytes came before, as “{$name}” on {$at}. Nothing was started.
upload-refused = This file cannot be taken.
upload-failed = The file could not be put away. Please try again; if it happens again, tell the operator.

## when something goes wrong

failure-signed-out-title = Please sign in
failure-signed-out-why = You are not signed in, or your session has ended.
failure-signed-out-do = Sign in, then do it again.
failure-not-allowed-title = This is not for your role
failure-not-allowed-why = Your role does not include this page or act.
failure-not-allowed-do = If you need it for your work, ask an administrator of this desk.
failure-not-found-title = There is nothing here
failure-not-found-why = The address may be mistyped, or what stood here is no longer kept.
failure-not-found-do = Go back to the queue and open it from there.
failure-cross-site-title = This came from another site
failure-cross-site-why = The request was sent by a page that is not ours, so it was refused. Nothing has changed.
failure-cross-site-do = Open the page here and do it again.
failure-too-many-title = Too many attempts
failure-too-many-why = There were too many attempts to sign in from here.
failure-too-many-do = Wait a minute, then try again.
failure-bad-form-title = The form could not be understood
failure-bad-form-why = What arrived is not a form of these pages; an old page may still have been open.
failure-bad-form-do = Open the page again and do it once more. Nothing has changed.
failure-too-large-title = The file is too large
failure-too-large-why = One upload may carry 64 MB.
failure-too-large-do = Send fewer files at once, or scan at a lower resolution.
failure-broken-title = This page could not be made
failure-broken-why = Something on our side did not answer. Nothing has been lost.
failure-broken-do = Please try again in a moment. If it happens again, tell the operator the code below.
failure-not-taken-title = The file could not be put away
failure-not-taken-why = The intake did not take the file. It has not been lost on your side.
failure-not-taken-do = Please try again. If it happens again, tell the operator the code below.

## schedules, holds, folders and mailboxes

schedules-none = No workflow runs by the clock. The operator names schedules in deskhand.toml.
schedules-done-held = The hold is in force. Schedules wait until it is lifted.
schedules-done-lifted = The hold is lifted. What waited runs now.
schedule-calendar = working days: {$calendar}
schedule-free-skip = left out on other days
schedule-free-before = on other days: the working day before
schedule-free-after = on other days: the working day after
schedule-free-run = also on other days
schedule-overlap-skip = left out while the run before still goes
schedule-overlap-queue_one = one waits while the run before still goes
schedule-overlap-allow = runs beside the run before
schedule-hold-when_lifted = in a hold: waits
schedule-hold-skip = in a hold: left out
schedule-hold-run = in a hold: runs
span-hours = {$n} h
span-minutes = {$n} min
span-seconds = {$n} s
schedule-catch-up = made up for within {$span}
schedule-next = Next
schedule-last = Last
schedule-instead = in place of {$of}
schedule-never = It never fires again.
schedule-not-yet = It has not been due yet.
column-schedule = Schedule
why-title = Why did it run, or not?
why-day = Day
why-ask = Ask
why-run = The run of {$at}
why-unknown = There is no such schedule, or its answer could not be read.
fire-started = ran
fire-held = waits for the end of a hold
fire-queued = waits for the run before
fire-skipped_overlap = left out: the run before was still going
fire-skipped_hold = left out: a hold was in force
fire-skipped_holiday = left out: no working day
fire-gave_way = gave way to another time
fire-missed = missed: Deskhand was not running
fire-superseded = missed: a later one was made up for
fire-planned = not yet due
fire-due = due now
fire-not_defined = did not exist yet
hold-title = Put a hold on
hold-text = Typhoon, black rain: schedules wait, or are left out, until the hold is lifted. Your name and reason are written down.
hold-kind = Kind
hold-reason = Reason
hold-set = Put the hold on
hold-lift = Lift the hold
hold-by = Set by {$who}.
hold-polled = Read from the address of warnings.
hold-name-typhoon_8 = Typhoon signal 8 or higher
hold-name-black_rain = Black rainstorm warning
hold-name-extreme_conditions = Extreme conditions
folders = Watched folders
mailboxes = Watched mailboxes
trigger-good = works
trigger-trouble = does not work
trigger-quiet = quiet since {$since}
trigger-not-yet = not reached yet
trigger-seen = last looked into {$at}
mailbox-polled = The server announces nothing; it is asked again and again.
mailbox-alarmed = The operators have been told.
mailbox-trouble = The mailbox {$name} does not work as it should since {$since}.
mail-subject = Subject
mail-sender = From
mail-left = Not taken
mail-taken = taken ({$n})
mail-known = came before
mail-partly = partly taken ({$n})
mail-refused = not taken
