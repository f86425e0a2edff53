# 繁體中文的頁面。每個鍵也在 en/web.ftl 中；有測試核對。

skip = 跳到內容
nav = 頁面
nav-queue = 待覆核
nav-runs = 執行
nav-postings = 過賬
nav-suppliers = 供應商
nav-audit = 審計
nav-upload = 交件
sign-in = 登入
sign-out = 登出
sign-in-name = 姓名或電郵
sign-in-password = 密碼
sign-in-failed = 姓名或密碼不正確，請再試一次。
sign-in-lost = 忘記密碼？管理員可以為你設定新密碼。
close = 關閉
comma = 、
choose = 請選擇
role-admin = 管理員
role-author = 流程編寫人
role-reviewer = 覆核人
role-viewer = 檢視人

## keys

keys = 按鍵
keys-tab = 下一個要看的欄位
keys-enter = 採用此值，到下一個欄位
keys-approve = 批准
keys-choose = 選用另一個讀法
keys-zoom = 放大或縮小頁面
keys-back = 返回清單，並放開這項工作
keys-help = 顯示這些按鍵

## ages

age-now = 剛剛
age-minutes = {$n} 分鐘
age-hours = {$n} 小時
age-days = {$n} 天

## the queue

day = 今天
day-posted = 今天已過賬
day-waiting = 等待覆核
day-straight = 今天的直通率
day-oldest = 最久的等待
day-unknown = 結果不明
hold-typhoon_8 = 八號或以上熱帶氣旋警告信號：
hold-black_rain = 黑色暴雨警告信號：
hold-extreme_conditions = 極端情況：
hold-since = 排程自 {$since} 起暫停。
hold-silent = 自 {$since} 起無法讀取颱風及暴雨警告，最後讀到的狀態維持不變；請人手設定或解除暫停。
quiet-folder = {$folder} 自 {$since} 起沒有收到文件，請檢查文件來源是否正常。
tabs = 檢視
tab-review = 待覆核
tab-done = 已完成
filter = 顯示
order = 排序
order-age = 最久的先
order-amount = 金額大的先
order-confidence = 信心低的先
who-all = 所有人的
who-mine = 我的
who-free = 未有人接手的
all-workflows = 所有流程
all-states = 所有狀態
column-age = 已等待
column-supplier = 供應商
column-amount = 金額
column-reason = 需要覆核的原因
column-confidence = 最低信心
column-held = 處理人
column-workflow = 流程
column-decision = 決定
column-by = 決定人
column-state = 狀態
column-started = 開始
column-steps = 步驟
column-took = 用時
column-when = 時間
column-reference = 編號
column-portal = 入口系統
pace-fresh = 時間充裕
pace-amber = 時間已過半
pace-late = 已逾時
unnamed = 供應商不詳
queue-empty = 沒有等待你的工作。
queue-empty-quiet = 今天還沒有發票過賬。
queue-empty-rate = 今天有 {$percent}% 的發票直通過賬。
queue-more = 只顯示首 200 項。請以供應商篩選。
queue-none-match = 沒有符合的工作。
queue-show-all = 顯示全部
queue-nothing-done = 還沒有任何決定。
to-queue = 到覆核清單
workflow-invoice = 發票
workflow-daily_digest = 每日摘要
workflow-audit_head = 審計鏈頭
workflow-statement_match = 供應商月結單
workflow-month_end_report = 月報
workflow-chase = 催辦
done-approve = 已批准，謝謝。
done-correct = 已更正並批准，謝謝。
done-remember = 已更正並批准，並已為供應商記住。謝謝。
done-reject = 已擱置，不會過賬。

## states: each has a shape too

mark-wrong = 有誤
mark-doubtful = 存疑
mark-missing = 缺少
mark-agreed = 一致
mark-absent = 頁上沒有
mark-note = 備註
mark-open = 等待中
mark-claimed = 覆核中
mark-decided = 已決定
mark-applied = 已完成
mark-running = 執行中
mark-waiting = 等待覆核
mark-done = 完成
mark-rejected = 已退回
mark-not_posted = 未過賬
mark-failed = 失敗
mark-cancelled = 已取消
mark-intended = 準備過賬
mark-submitted = 已提交，未確認
mark-confirmed = 已過賬
mark-unknown = 結果不明

## the task page

task-form = 讀到的內容
document = 文件
view = 檢視
decision = 決定
divider = 表格寬度
arrived = 已等待 {$age}
why-here = 需要覆核的原因
look-at = 請看這 {$n} 項
agreed = {$n} 個欄位一致
absent = {$n} 個欄位頁上沒有
others = 另有讀法
crop = {$field}在頁上的原樣
on-the-page = 頁上寫：
not-read = 沒有讀到這個值。
date-form = YYYY-MM-DD
source-person = 由人輸入
source-structured = 取自檔案資料
source-qr = 取自二維碼
source-text_layer = 取自 PDF 文字
source-ocr-ppocr = 從圖像讀取
source-ocr-tesseract = 由第二讀取器從圖像讀取
source-memory = 為這個供應商記住的
remember = 為 {$supplier} 記住這一項
memory-by = 由 {$by} 於 {$at} 記住。
source-derived = 計算所得
sums = 數目對嗎？
sums-comes-to = 合計
sums-agree = 合計與總額一致。
sums-off = 合計與總額相差
lines = {$n} 個明細行
line-name = 項目
line-quantity = 數量
line-price = 單價
line-amount = 金額
line-tax = 稅額
lines-sum = 明細合計
lines-off = 明細合計與發票金額相差
related-part-of = 屬於以下檔案的一部分：
related-part = 內含：
related-read-from = 與以下檔案為同一發票：
related-carrier = 同一發票亦見於：
twins = 是否與以下文件相同？
twin-hard = 發票號碼相同
twin-soft = 供應商、金額和日期相同
twin-posted = 已過賬，編號 {$reference}
twin-open = 開啟頁面
will = 將會發生的事
will-post = 批准後，會把 {$supplier} 的 {$amount} 過到賬冊，發票號碼 {$number}，日期 {$date}。
will-aside = 文件會擱置並保存，不會過賬。
will-outcome = 除非你選「再試」，否則不會發送任何東西；再試時會先在賬冊搜尋，確定沒有才輸入。
will-settle = 不會因月結單而過賬或更正任何資料，只會記下你已處理。
will-again = 會從停下的步驟再試。不會重複做任何事。
tick = 我已看過上面標有 ✕ 的內容，仍然可以過賬。
outcome-title = 這張單已在賬冊中嗎？
outcome-text = 單據已送出，但無法讀取賬冊的回應。請親自在賬冊查看，再說明所見。
outcome-reference = 賬冊中的編號
refused-title = 賬冊沒有接受這張單
refused-text = 沒有輸入任何東西。請在這裡或賬冊中改正，然後再試。
statement-title = 月結單與已過賬的資料有差異
statement-text = 請逐項查看，並與供應商或在賬冊中處理。Deskhand 不會更改任何資料。
statement-workbook = 下載全部差異（試算表）
failure-title = 有一個步驟未能完成
failure-text = 沒有過賬。你可以再試這個步驟，或放棄這份文件。
no-invoice-title = 這是發票嗎？
no-invoice-text = 它看來是另一種文件。如果確實是發票，請填寫下面的欄位。
history = 經過
attempt = 第 {$n} 次嘗試
whole-run = 整個執行的每個步驟
no-picture = 這份文件還沒有圖像。
get-original = 取得原來的檔案
pages = {$n} 頁
page-n = 文件第 {$n} 頁
zoom-in = 放大
zoom-out = 縮小
zoom-fit = 整頁寬度
fill-hint = 點按字詞，即可填入欄位
held-by = {$name} 正在處理這項工作。
held-by-do = 你可以查看；對方離開後便可接手。
read-only = 你可以查看這項工作，但不能作決定。
claim = 接手這項工作
claimed = 這項工作由你處理。
claim-lost = 已有人接手這項工作。你輸入的內容仍在這裡。
act-post = 把 {$amount} 過到賬冊
act-post-again = 再試：過賬 {$amount}
act-post-unknown = 過到賬冊
act-correct = 更正並批准
act-correct-post = 更正並過賬 {$amount}
act-reject = 退回
act-reject-now = 退回這張發票
act-settled = 已處理
act-unsettled = 未能處理
act-give-up = 放棄
act-aside = 並非發票：擱置
act-is-invoice = 是發票：過賬
act-is-there = 已在賬冊，編號如上
act-try-again = 不在賬冊：再試
act-try-step-again = 再試這個步驟
reject-why = 原因
reject-note = 補充說明
reject-means = 執行到此為止，不會過賬。文件會保存。
unsettled-means = 執行到此為止，你的備註會說明未能處理的原因。
give-up-means = 執行到此為止。文件會保存，不會再發送任何東西。
why-duplicate = 之前已收到
why-not_ours = 並非開給我們
why-wrong_content = 內容有誤，須由供應商重開
why-unreadable = 無法閱讀
why-not_an_invoice = 並非發票
why-withdrawn = 供應商已撤回
why-other = 其他
decided-approve = 已批准
decided-correct = 已更正並批准
decided-reject = 已退回
reason-check = 這張發票有地方需要你看一看。
reason-posting = 這次過賬需要你看一看。
reason-statement = 月結單與已過賬的資料有差異。
reason-failure = 有一個步驟未能完成。
reason-other = 這份文件需要你看一看。

## when the form comes back

trouble-values = 有些值不能採用。
trouble-values-do = 請看欄位旁的說明。你輸入的內容都在。
trouble-findings = 用了這些值，另有地方不一致。
trouble-findings-do = 請看下面的清單，再作決定。
trouble-changed = 你改動了內容，而按鈕寫的是原來的金額。
trouble-changed-do = 請看現在將會發生的事，再按「更正並批准」。
trouble-tick = 這裡有不可能正確的內容。
trouble-tick-do = 如果仍要過賬，請在「將會發生的事」下勾選。
trouble-reason = 請說明退回這張發票的原因。
trouble-reason-do = 還沒有作出任何決定。
trouble-other = 請用幾個字說明原因。
trouble-other-do = 還沒有作出任何決定。
trouble-reference = 賬冊中的編號是甚麼？
trouble-reference-do = 還沒有作出任何決定。
trouble-remember = 你勾選的內容有一項不能記住。
trouble-remember-do = 還沒有作出任何決定；勾選已取消。你輸入的內容都在。
trouble-version = 你查看時，這項工作有了改動。
trouble-version-do = 你輸入的內容都在。請再看一次，然後決定。

## when somebody else was quicker

late-title = 已有人先作決定
late-decided = {$name} 已於 {$at} 決定：
late-held = {$name} 已接手這項工作，仍未決定。
late-yours = 你的決定（{$decision}）沒有記錄，也沒有重複做任何事。這是你輸入的內容：
late-column-yours = 你輸入的
late-column-theirs = 已記錄的
late-next = 到下一項工作
late-look = 查看這項工作
field = 欄位

## fields

field-total = 總額
field-amount_ex_tax = 不含稅金額
field-tax = 稅額
field-total_in_words = 大寫總額
field-subtotal = 小計
field-discount = 折扣
field-charges = 附加費用
field-amount_due = 應付餘額
field-deposit = 已付金額
field-currency = 貨幣
field-invoice_number = 發票號碼
field-invoice_code = 發票代碼
field-issue_date = 開票日期
field-due_date = 到期日
field-seller_name = 銷售方
field-seller_tax_id = 銷售方稅號
field-brn = 商業登記號碼
field-buyer_name = 購買方
field-buyer_tax_id = 購買方稅號
field-po_number = 訂單號碼
field-bank_account = 銀行賬戶
field-fps_id = 轉數快識別碼
field-check_code = 校驗碼
field-random_code = 隨機碼
field-remarks = 備註

## kinds of paper

kind-cn_digital_special = 內地數電專用發票
kind-cn_digital_normal = 內地數電普通發票
kind-cn_vat_electronic_normal = 內地電子普通發票
kind-cn_vat_electronic_special = 內地電子專用發票
kind-cn_vat_paper_special = 內地紙質專用發票
kind-cn_vat_paper_normal = 內地紙質普通發票
kind-cn_motor_vehicle = 內地機動車發票
kind-cn_toll = 內地通行費發票
kind-cn_rail = 內地鐵路客票
kind-cn_air = 內地航空行程單
kind-cn_taxi_receipt = 內地出租車發票
kind-hk_invoice = 香港發票
kind-hk_receipt = 香港收據
kind-tw_einvoice_b2b = 台灣電子發票
kind-tw_einvoice_slip = 台灣電子發票證明聯
kind-tw_triplicate = 台灣三聯式發票
kind-tw_cash_register = 台灣收銀機發票
kind-tw_telecom_bill = 台灣電信帳單
kind-tw_customs = 台灣海關文件
kind-ubl = 電子發票（UBL）
kind-other = 其他文件
kind-unknown = 文件種類不詳

## runs and postings

runs-empty = 還沒有執行過任何東西。
runs-strip = {$n} 個步驟
run-trigger = 由{$trigger}觸發
run-task = 這次執行的覆核工作
run-script = 流程版本
trigger-folder = 資料夾中的檔案
trigger-upload = 交件
trigger-schedule = 排程
trigger-after = 另一項執行結束
trigger-webhook = 另一個程式
trigger-person = 人手
trigger-reconcile = 定時核對
step-documents-read = 讀取文件
step-invoices-split = 查看檔案是否有多張發票
step-invoices-check = 找出欄位並檢查
step-review-open = 請人覆核
step-review-wait = 等待覆核
step-portal-post-bill = 過到賬冊
step-mail-exception = 以電郵通知覆核人
step-mail-digest = 寄出摘要
step-mail-audit-head = 寄出審計鏈頭
step-report-hours = 統計所做的事
step-report-month = 製作月報
step-mail-report = 寄出月報
step-mail-reminder = 以電郵催辦
step-mail-broken-chain = 就審計鏈發出警報
step-audit-verify = 核對審計鏈
step-chase-overdue = 查找逾時待辦
step-statements-read = 讀取月結單
step-statements-compare = 與已過賬的資料核對
step-review-open-statement = 請人處理月結單差異
step-sheet-save = 儲存試算表
step-calendar-today = 查看日曆
step-input = 給予
step-output = 結果
step-nothing = 沒有可顯示的內容。
posting-in = 過賬到 {$portal}
posting-key = 鍵
posting-film = 程式所見
posting-unknown = 單據已送出，但無法讀取回應。須由人在賬冊查看。
postings-empty = 還沒有過賬。
act-sign-in = 已登入
act-search = 已搜尋
act-fill = 已填寫
act-filled = 已填寫
act-submit = 已提交
act-submitted = 已提交
act-read-back = 已讀回

## suppliers

suppliers-text = 覆核人更正發票時要求記住的內容。只用於同一供應商的下一份文件，不會用於其他供應商。
suppliers-empty = 還沒有記住任何內容。
suppliers-empty-do = 更正覆核工作的欄位時，可勾選「記住這一項」。
known-by-tax = 稅號
known-by-brn = 商業登記
memory-what = 記住的內容
memory-saved = 記住者
memory-from = 來自
memory-used = 使用
memory-label = 在「{$label}」旁
memory-value = 是
memory-times = { $n ->
    [0] 未曾使用
   *[other] 使用 {$n} 次
}
memory-last = 最近於 {$at}
memory-revoke = 撤銷
memory-revoked = 已撤銷 {$n} 項
memory-was = 由 {$by} 於 {$at} 記住，由 {$revoker} 於 {$when} 撤銷
memory-revoked-done = 已撤銷，不會再使用。

## audit

audit-sound = 審計鏈完整：共 {$n} 個記錄，每個都以前一個封印。
audit-broken = 審計鏈在第 {$seq} 個記錄斷開。
audit-broken-do = 請與已寄出的鏈頭比較，並立即通知操作員。
audit-row_changed = 有一行在寫下後被改動。
audit-row_missing = 缺少一行。
audit-link_broken = 有一行與前一行不連接。
audit-truncated = 末尾缺少記錄。
audit-head_mismatch = 鏈頭與記錄的不同。
audit-rows_beyond_head = 鏈頭之後還有記錄。
audit-head = 鏈頭
audit-latest = 最新記錄
audit-who = 誰
audit-action = 做了甚麼
audit-object = 對象
audit-details = 詳情
audit-hash = 封印

## handing in

upload-text = 在這裡交的檔案，與放進監察資料夾的走同一條路。
upload-files = 檔案
upload-send = 交件
upload-kinds = PDF、PNG、JPEG、WebP、TIFF、OFD 或 XML，可單獨交，也可放在 ZIP 或已儲存的電郵內；合共最多 64 MB。
upload-started = 已收下：查看執行
upload-duplicate = 相同的檔案已於 {$at} 以「{$name}」收到。沒有啟動任何東西。
upload-refused = 這個檔案不能收下。
upload-failed = 檔案未能存放。請再試一次；如再發生，請通知操作員。

## when something goes wrong

failure-signed-out-title = 請登入
failure-signed-out-why = 你還沒有登入，或登入時段已結束。
failure-signed-out-do = 請登入後再做一次。
failure-not-allowed-title = 你的角色不能使用
failure-not-allowed-why = 你的角色不包括這個頁面或動作。
failure-not-allowed-do = 如工作需要，請向管理員提出。
failure-not-found-title = 這裡沒有東西
failure-not-found-why = 網址可能打錯了，或這裡的內容已不再保存。
failure-not-found-do = 請回到覆核清單，從那裡開啟。
failure-cross-site-title = 這個要求來自其他網站
failure-cross-site-why = 要求並非由我們的頁面送出，因此已拒絕。沒有任何改動。
failure-cross-site-do = 請在這裡開啟頁面，再做一次。
failure-too-many-title = 嘗試次數太多
failure-too-many-why = 從這裡登入的嘗試次數太多。
failure-too-many-do = 請等一分鐘再試。
failure-bad-form-title = 無法理解這個表格
failure-bad-form-why = 收到的並非這些頁面的表格；可能是舊頁面仍然開著。
failure-bad-form-do = 請重新開啟頁面再做一次。沒有任何改動。
failure-too-large-title = 檔案太大
failure-too-large-why = 每次交件最多 64 MB。
failure-too-large-do = 請分批交件，或用較低解像度掃描。
failure-broken-title = 未能顯示這個頁面
failure-broken-why = 我們這邊有部分沒有回應。沒有遺失任何東西。
failure-broken-do = 請稍後再試。如再發生，請把下面的代碼告訴操作員。
failure-not-taken-title = 檔案未能存放
failure-not-taken-why = 收件沒有接受這個檔案。你手上的檔案並沒有遺失。
failure-not-taken-do = 請再試一次。如再發生，請把下面的代碼告訴操作員。
