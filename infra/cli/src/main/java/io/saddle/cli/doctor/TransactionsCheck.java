package io.saddle.cli.doctor;

import io.saddle.kafka.OpenTransaction;
import java.time.Instant;
import java.util.List;

/** Transactions that stand open for longer than any of saddle's. */
final class TransactionsCheck {

    static final String NAME = "transactions";

    private TransactionsCheck() {}

    /** @param now by this machine's clock */
    static Finding of(List<OpenTransaction> open, Instant now) {
        List<String> left = open.stream()
                .filter(transaction -> transaction.isLeft(now))
                .map(OpenTransaction::toString)
                .toList();
        return left.isEmpty()
                ? Finding.ok(NAME, "none is open for longer than " + OpenTransaction.TOLERABLE.toMinutes() + " minutes")
                : Finding.failed(
                        NAME,
                        "no service reads what lies behind a transaction that is still open: " + Listed.of(left),
                        OpenTransaction.REMEDY);
    }
}
