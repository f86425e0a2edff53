# 訂貨與庫存，繁體中文。每個鍵也在 en/stock.ftl 中；有測試核對。

nav-orders = 訂貨
nav-stock = 庫存

## how far an order has come

mark-proposed = 待核准
mark-replaced = 已由較新的計劃取代
mark-approved = 已核准
mark-received = 已到貨
mark-called_off = 已取消
mark-pass = 良好
mark-warn = 良好，有待留意
mark-fail = 不合格

## the proposal

order-for-day = {$day}
order-shops = {$n} 間分店
order-lines-n = {$n} 行
order-lines = 建議訂購
order-workbook = 建議（試算表）
order-is-replaced = 此建議已由較新的計劃取代，不會據此訂貨。
order-old = 此建議於 {$n} 天前計算，未包括其後的銷售。
order-first = 請先看這些
order-goods = 貨品
order-on-hand = 現存
order-coming = 在途
order-a-day = 每日
order-target = 目標
order-proposed = 建議
order-order = 訂購
order-cost = 成本
order-class = 按價值及穩定性的類別
order-pack = 每包件數
order-units-of = {$store} 訂購 {$name} 的件數
order-reason = 修改原因
order-reason-of = 修改 {$name} 的原因
order-reason-needed = 請選擇修改的原因。
order-not-a-number = 請輸入 0 或以上的整數。
order-nothing-n = {$n} 行不訂購
order-changed-n = 已修改 {$n} 行
order-total = 合計
order-note = 備註（可不填），會與決定一併保存
order-will = 核准後，將向 {$supplier} 訂購以上貨品：訂單會列印、輸入賬冊並以電郵寄出，並即時計算為在途。
order-will-posting = 再次輸入前，會先在賬冊搜尋，不會重複輸入訂單。
order-outcome-title = 這張訂單已在賬冊中嗎？
order-outcome-text = 訂單已送往會計系統，但無法讀取其回應。請親自在系統查看，再說明所見。
order-refused-title = 會計系統沒有接受這張訂單
order-refused-text = 沒有輸入任何東西。請在該系統改正後再試；或自行輸入，並在此填寫編號。
order-reject-means = 不會訂貨，亦不會通知任何人。下一個計劃會按當時的庫存重新計算。
order-give-up-means = 訂單維持已核准，仍會寄給供應商，但不會由本程式輸入賬冊。
act-order = 核准 · {$amount}
act-order-plain = 核准
act-order-changed = 按修改核准 · {$amount}
act-order-changed-plain = 按修改核准
act-reject-proposal = 拒絕
act-reject-order = 拒絕此建議
act-enter-again = 再試輸入
act-do-not-enter = 不輸入

flag-empty = 已無存貨
flag-cut = 已減量
flag-raised = 增至最低訂購量
flag-much = 可用很久
flag-unsure = 難以預測
flag-new = 新貨

figure-forecast = 每日預計
figure-sigma = 每日標準差
figure-days = 天數：訂貨＋交貨
figure-demand = 期間需求
figure-target = 目標
figure-served = 貨架供應率
figure-on-hand = 現存
figure-on-order = 已訂購
figure-in-transit = 運送途中
figure-reserved = 已預留
figure-position = 庫存位置
figure-need = 所需
figure-pack = 每包件數
figure-moq = 供應商最低訂購量
figure-cap = 上限
figure-cap-max = 分店地方
figure-cap-shelf = 保質期

trouble-order-lines = 有些行不能這樣訂購。
trouble-order-lines-do = 請看各行旁的說明。你輸入的內容都在。
trouble-order-changed = 你修改了內容，而按鈕寫的是原來的金額。
trouble-order-changed-do = 請看現時的合計，再按「按修改核准」。
trouble-order-nothing = 沒有任何貨品需要訂購。
trouble-order-nothing-do = 如不需訂貨，請改為拒絕此建議。你輸入的內容都在。
trouble-order-other = 有一行因其他原因修改。
trouble-order-other-do = 請在下面的備註說明。
trouble-order-why = 請說明拒絕此建議的原因。
trouble-order-why-do = 還沒有作出任何決定。
trouble-order-replaced = 此建議已由較新的計劃取代。
trouble-order-replaced-do = 沒有訂貨。請到「訂貨」頁面查看取代它的訂單。

## orders

orders-empty = 還沒有任何訂貨建議。建議會隨每晚的計劃產生。
orders-none-match = 沒有處於此狀態的訂單。
orders-more = 只顯示最近 300 張。
order-number = 編號
order-day = 日期
order-proposed-total = 建議金額
order-approved-total = 核准金額
order-mailed = 已寄出
order-in-books = 賬冊編號
order-expected = 預計到貨
order-approved-by = 核准人
order-ordered = 已訂購
order-packs = 包數
order-why-changed = 修改原因
order-no-lines = 此訂單的明細已不再保存。
order-task = 決定
order-paper-supplier = 訂單（PDF）
order-paper-buyer = 買方存底（PDF）
order-received = 已全部到貨
order-received-sure = 每一行都會記為今天全數到貨。如有短缺，請改由分店的收貨記錄說明。
order-received-do = 是，已全部到貨
order-called-off = 不會到貨
order-called-off-sure = 未到的貨品不再計算為在途，下一個計劃會按需要重新訂購。不會通知供應商。
order-called-off-do = 是，不會到貨
order-done-settled = 已記錄。下一個計劃會計算在內。
order-done-before = 沒有更改：訂單早已完結，或從未核准。

## stock

stock-sheet = 人手訂貨表
stock-data = 數據是否足夠可靠？
stock-warned = {$n} 項檢查有待留意，詳見該次執行的試算表。
stock-waived = {$n} 項檢查不合格，暫獲豁免。
stock-not-assessed = 尚未評估：每晚的執行會進行評估。
stock-plans = 最近的計劃
stock-lines = 行數
stock-ordering = 訂購行數
stock-orders = 訂單
stock-no-plan = 還沒有任何計劃。
stock-pilot = 試行
stock-ramp = 試行的步驟
stock-arms = 已達 {$percent} %；{$auto} 項貨品（將）自動訂購，{$manual} 項以人手訂購。
stock-rolled-back = 自動訂貨已於 {$day} 收回，請按人手訂貨表訂貨。
stock-closed = 已於 {$day} 完結
stock-pilot-step = 進入下一步：{$percent} %
stock-pilot-again = 重新開始
stock-quarantine = 被拒的記錄
stock-quarantine-empty = 沒有：收到的記錄全部可用。
stock-row = 第 {$n} 行
stock-more-rows = 另有 {$n} 項沒有顯示。
stock-settle = 已處理
stock-settle-means = 已在來源改正，或無關重要。
stock-worth = 修改建議的成效
stock-worth-changed = 已修改
stock-worth-better = 較好
stock-worth-worse = 較差
stock-worth-proposed = 建議偏差（件）
stock-worth-ordered = 訂購偏差（件）
stock-worth-cost = 成效（按成本）
stock-worth-text = 已過期間的修改行：建議和修改與其後實際銷售的差距。較接近者為較好。
stock-worth-none = 暫時沒有：待修改的訂單所需支持的日子過去後才會知道。
stock-done-settled = 已處理，不再顯示。
stock-done-pilot-step = 試行已進入下一步。
stock-done-pilot-again = 試行由第一步重新開始。
stock-done-no-sheet = 還沒有人手訂貨表：從未有計劃或核准。
stock-refused-DH-8042 = 每一步須維持七天，方可進入下一步。
stock-refused-DH-8043 = 現時沒有下一步。
stock-refused-DH-8110 = 剛有人更改了試行，或無法讀取，請再看一次。

step-stock-take = 接收記錄
step-stock-readiness = 檢查數據
step-stock-guard = 查問守護
step-stock-propose = 計劃及建議
step-stock-proposal = 讀取建議
step-stock-print = 列印訂單
step-stock-manual_sheet = 製作人手訂貨表
step-stock-count = 核對盤點
step-review-open_order = 請人核准
step-portal-post_order = 輸入訂單
step-mail-purchase_order = 寄出訂單
step-mail-stock = 通知採購員
workflow-purchase_order = 採購訂單
workflow-replenishment = 補貨
workflow-stock_events = 分店記錄
workflow-stocktake = 盤點
reason-order = 有訂貨建議等待核准。
