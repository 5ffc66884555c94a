package io.saddle.console;

import java.util.List;
import java.util.concurrent.Flow;

/** Puts the lines of a response into a list as they come. */
final class LineCollector implements Flow.Subscriber<String> {

    private final List<String> lines;

    LineCollector(List<String> lines) {
        this.lines = lines;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(String line) {
        lines.add(line);
    }

    @Override
    public void onError(Throwable failure) {
        lines.add("error: " + failure);
    }

    @Override
    public void onComplete() {
        lines.add("end");
    }
}
