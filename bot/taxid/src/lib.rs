//! taxid
