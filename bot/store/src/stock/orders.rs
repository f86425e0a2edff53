//! Plans and the orders that come of them. A plan is made once a day; an order goes from proposed to received.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use serde_json::{Value, json};
use sqlx::any::AnyRow;

use crate::database::Write;
use crate::hash::value_sha256;
use crate::row::{Columns, plain};
use crate::words::words;
use crate::{Store, StoreError};

words! {
    /// How far an order has come.
    pub enum OrderState {
        /// A person is asked.
        Proposed = "proposed",
        /// The plan of a later day has taken its place.
        Replaced = "replaced",
        /// A person does not want it.
        Rejected = "rejected",
        /// A person has approved it, with changes or without.
        Approved = "approved",
        /// All of it has come.
        Received = "received",
        /// Nothing of it will come any more.
        CalledOff = "called_off",
    }
}

/// What was reckoned of a day.
#[derive(Debug, Clone, PartialEq)]
pub struct NewPlan {
    /// The day.
    pub day: NaiveDate,
    /// The run that reckoned it.
    pub run: String,
    /// Its figures in short, and where the whole is kept.
    pub plan: Value,
    /// The orders that are proposed.
    pub orders: Vec<NewOrder>,
}

/// An order that is proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOrder {
    /// Its number.
    pub number: String,
    /// Who delivers, as the stock list names them.
    pub supplier: String,
    /// The document that holds the proposal.
    pub document: String,
    /// ISO 4217.
    pub currency: String,
    /// What it comes to.
    pub proposed: String,
}

/// A plan that was made.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlanRow {
    /// The day.
    pub day: NaiveDate,
    /// The run that reckoned it.
    pub run: String,
    /// Its figures in short, and where the whole is kept.
    pub plan: Value,
    /// When.
    pub made_at: DateTime<Utc>,
}

/// An order as the pages show it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OrderRow {
    /// Its number.
    pub number: String,
    /// The day of its plan.
    pub day: NaiveDate,
    /// Who delivers.
    pub supplier: String,
    /// The document that holds the proposal.
    pub document: String,
    /// ISO 4217.
    pub currency: String,
    /// How far it has come.
    pub state: OrderState,
    /// What the proposal comes to.
    pub proposed: String,
    /// What was approved comes to.
    pub total: Option<String>,
    /// The purchase order, once it is approved.
    pub placed: Option<Value>,
    /// Who approved it.
    pub approved_by: Option<String>,
    /// When the supplier was written to.
    pub mailed_at: Option<DateTime<Utc>>,
    /// Under which number it stands in the accounting system.
    pub reference: Option<String>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

const SELECT: &str =
    "SELECT number, day, supplier, document, currency, state, proposed, total, placed, approved_by,
    mailed_at, reference, updated_at FROM stock_orders";

impl Store {
    /// Writes a plan with its orders. A day has one plan: of a second the first is answered, and nothing changes.
    pub async fn record_stock_plan(&self, new: &NewPlan) -> Result<PlanRow, StoreError> {
        let mut write = self.write().await?;
        let made = sqlx::query(
            "INSERT INTO stock_plans (day, run, plan, made_at) VALUES ($1, $2, $3, $4) ON CONFLICT (day) DO NOTHING",
        )
        .bind(new.day.to_string())
        .bind(plain(&new.run))
        .bind(new.plan.to_string())
        .bind(write.micros())
        .execute(&mut *write.tx)
        .await?;
        if made.rows_affected() > 0 {
            for order in &new.orders {
                write.propose_order(new.day, order).await?;
            }
            let numbers: Vec<&str> = new.orders.iter().map(|order| order.number.as_str()).collect();
            let details = json!({
                "run": new.run, "orders": numbers, "plan_sha256": value_sha256(&new.plan),
            });
            write.audit("stock.planned", &format!("stock/plans/{}", new.day), &details).await?;
        }
        let row = sqlx::query("SELECT day, run, plan, made_at FROM stock_plans WHERE day = $1")
            .bind(new.day.to_string())
            .fetch_one(&mut *write.tx)
            .await?;
        let plan = plan_row(&row)?;
        write.commit().await?;
        Ok(plan)
    }

    /// The plan of a day.
    pub async fn stock_plan(&self, day: NaiveDate) -> Result<Option<PlanRow>, StoreError> {
        let row = sqlx::query("SELECT day, run, plan, made_at FROM stock_plans WHERE day = $1")
            .bind(day.to_string())
            .fetch_optional(self.reader())
            .await?;
        row.as_ref().map(plan_row).transpose()
    }

    /// The latest plans, newest first.
    pub async fn stock_plans(&self, limit: u32) -> Result<Vec<PlanRow>, StoreError> {
        let rows = sqlx::query("SELECT day, run, plan, made_at FROM stock_plans ORDER BY day DESC LIMIT $1")
            .bind(i64::from(limit))
            .fetch_all(self.reader())
            .await?;
        rows.iter().map(plan_row).collect()
    }

    /// One order.
    pub async fn stock_order(&self, number: &str) -> Result<Option<OrderRow>, StoreError> {
        let sql = format!("{SELECT} WHERE number = $1");
        let row = sqlx::query(&sql).bind(number).fetch_optional(self.reader()).await?;
        row.as_ref().map(order_row).transpose()
    }

    /// The order that this document proposes.
    pub async fn stock_order_of(&self, document: &str) -> Result<Option<OrderRow>, StoreError> {
        let sql = format!("{SELECT} WHERE document = $1");
        let row = sqlx::query(&sql).bind(document).fetch_optional(self.reader()).await?;
        row.as_ref().map(order_row).transpose()
    }

    /// The latest orders, newest first.
    pub async fn stock_orders(&self, limit: u32) -> Result<Vec<OrderRow>, StoreError> {
        let sql = format!("{SELECT} ORDER BY day DESC, number LIMIT $1");
        let rows = sqlx::query(&sql).bind(i64::from(limit)).fetch_all(self.reader()).await?;
        rows.iter().map(order_row).collect()
    }

    /// The orders in this state, oldest first.
    pub async fn stock_orders_in(&self, state: OrderState) -> Result<Vec<OrderRow>, StoreError> {
        let sql = format!("{SELECT} WHERE state = $1 ORDER BY day, number");
        let rows = sqlx::query(&sql).bind(state.as_str()).fetch_all(self.reader()).await?;
        rows.iter().map(order_row).collect()
    }

    /// A proposed order was approved: `placed` is what is ordered now. Said twice, it changes nothing.
    pub async fn approve_stock_order(
        &self,
        number: &str,
        placed: &Value,
        total: &str,
        by: &str,
    ) -> Result<bool, StoreError> {
        let mut write = self.write().await?;
        let done = sqlx::query(
            "UPDATE stock_orders SET state = 'approved', placed = $2, total = $3, approved_by = $4, updated_at = $5
             WHERE number = $1 AND state = 'proposed'",
        )
        .bind(number)
        .bind(placed.to_string())
        .bind(total)
        .bind(plain(by))
        .bind(write.micros())
        .execute(&mut *write.tx)
        .await?
        .rows_affected();
        if done > 0 {
            let details = json!({ "by": by, "placed_sha256": value_sha256(placed), "total": total });
            write.audit("stock.order_approved", &format!("stock/orders/{number}"), &details).await?;
        }
        write.commit().await?;
        Ok(done > 0)
    }

    /// Moves an order on, from one of these states. False when it is in none of them.
    pub async fn move_stock_order(
        &self,
        number: &str,
        from: &[OrderState],
        to: OrderState,
    ) -> Result<bool, StoreError> {
        let mut write = self.write().await?;
        let mut done = 0;
        for from in from {
            done += sqlx::query(
                "UPDATE stock_orders SET state = $3, updated_at = $4 WHERE number = $1 AND state = $2",
            )
            .bind(number)
            .bind(from.as_str())
            .bind(to.as_str())
            .bind(write.micros())
            .execute(&mut *write.tx)
            .await?
            .rows_affected();
            if done > 0 {
                break;
            }
        }
        if done > 0 {
            let details = json!({ "state": to });
            write.audit("stock.order_moved", &format!("stock/orders/{number}"), &details).await?;
        }
        write.commit().await?;
        Ok(done > 0)
    }

    /// The supplier was written to.
    pub async fn stock_order_mailed(&self, number: &str) -> Result<(), StoreError> {
        let mut write = self.write().await?;
        let done = sqlx::query(
            "UPDATE stock_orders SET mailed_at = $2, updated_at = $2 WHERE number = $1 AND mailed_at IS NULL",
        )
        .bind(number)
        .bind(write.micros())
        .execute(&mut *write.tx)
        .await?;
        if done.rows_affected() > 0 {
            write.audit("stock.order_mailed", &format!("stock/orders/{number}"), &json!({})).await?;
        }
        write.commit().await
    }

    /// Under which number it stands in the accounting system.
    pub async fn stock_order_entered(&self, number: &str, reference: &str) -> Result<(), StoreError> {
        let mut write = self.write().await?;
        let done = sqlx::query(
            "UPDATE stock_orders SET reference = $2, updated_at = $3
             WHERE number = $1 AND (reference IS NULL OR reference <> $2)",
        )
        .bind(number)
        .bind(plain(reference))
        .bind(write.micros())
        .execute(&mut *write.tx)
        .await?;
        if done.rows_affected() > 0 {
            let details = json!({ "reference": reference });
            write.audit("stock.order_entered", &format!("stock/orders/{number}"), &details).await?;
        }
        write.commit().await
    }
}

impl Write {
    async fn propose_order(&mut self, day: NaiveDate, order: &NewOrder) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO stock_orders (number, day, supplier, document, currency, state, proposed, updated_at)
             VALUES ($1, $2, $3, $4, $5, 'proposed', $6, $7) ON CONFLICT (number) DO NOTHING",
        )
        .bind(&order.number)
        .bind(day.to_string())
        .bind(plain(&order.supplier))
        .bind(&order.document)
        .bind(plain(&order.currency))
        .bind(&order.proposed)
        .bind(self.micros())
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }
}

fn day(row: &AnyRow) -> Result<NaiveDate, StoreError> {
    row.text("day")?.parse().map_err(|_| StoreError::damaged("day"))
}

fn plan_row(row: &AnyRow) -> Result<PlanRow, StoreError> {
    Ok(PlanRow {
        day: day(row)?,
        run: row.text("run")?,
        plan: row.json("plan")?,
        made_at: row.time("made_at")?,
    })
}

fn order_row(row: &AnyRow) -> Result<OrderRow, StoreError> {
    Ok(OrderRow {
        number: row.text("number")?,
        day: day(row)?,
        supplier: row.text("supplier")?,
        document: row.text("document")?,
        currency: row.text("currency")?,
        state: row.word("state")?,
        proposed: row.text("proposed")?,
        total: row.maybe_text("total")?,
        placed: row.maybe_json("placed")?,
        approved_by: row.maybe_text("approved_by")?,
        mailed_at: row.maybe_time("mailed_at")?,
        reference: row.maybe_text("reference")?,
        updated_at: row.time("updated_at")?,
    })
}
