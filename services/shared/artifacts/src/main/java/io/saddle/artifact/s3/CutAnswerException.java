package io.saddle.artifact.s3;

/** An answer of which a part is missing, and which the SDK has taken for a whole one: it does not try that again. */
final class CutAnswerException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    CutAnswerException() {
        super("the answer was cut short");
    }
}
