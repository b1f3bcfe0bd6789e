//! The verdict, the report to copy, and the texts to send.

super::words! {
    WHO_ACTS = "Who acts: ";
    COPY_REPORT = "Copy report";
    FULL_REPORT = "Full report";
    WHAT_LEAVES = "Report";
    LEAVES_WHEN = "Leaves this browser only when you copy it, exactly as shown. It has no cookies, tokens, visitor addresses or query values.";
    THE_REPORT = "The report";
    SHORT = "Short";
    FULL = "Full";
    PLAIN_TEXT = "Plain text";
    SUBJECT = "Subject: ";
}
