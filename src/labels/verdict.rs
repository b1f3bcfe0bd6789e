//! The verdict, the report to copy, and the texts to send.

super::words! {
    NEXT_STEP = "Next step";
    WHO_ACTS = "Who acts: ";
    FIRST_STEP = "First step: ";
    STILL_MISSING = "Still missing for a support case: ";
    HOW_TO_GET_IT = "How to get it";
    SEND_IT = "Send it: ";
    TEXTS_TO_SEND = "texts to send";
    CANNOT_TELL_APART = "These captures can't tell these causes apart";
    TEST_THAT_DECIDES = "The test that decides";
    TEST_THAT_SEPARATES = "The test that separates them";
    REPORT_COPIED = "Report copied.";
    FULL_COPIED = "Full report copied.";
    JSON_COPIED = "JSON copied.";
    COPY_REFUSED = "The browser refused the clipboard. The text is selected below: press Ctrl+C or ⌘C.";
    COPY_REPORT = "Copy report";
    FULL_REPORT = "Full report";
    COPY_JSON = "Copy as JSON";
    WHAT_LEAVES = "Report";
    LEAVES_WHEN = "Leaves this browser only when you copy it, exactly as shown. It has no cookies, tokens, visitor addresses or query values.";
    THE_REPORT = "The report";
    SHORT = "Short";
    FULL = "Full";
    PLAIN_TEXT = "Plain text";
    SUBJECT = "Subject: ";
    THE_FILES = "files to send";
}
