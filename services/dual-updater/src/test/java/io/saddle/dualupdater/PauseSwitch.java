package io.saddle.dualupdater;

import io.saddle.streams.StreamsApplication;

/** Remembers whether processing is paused, and holds nothing back. */
final class PauseSwitch implements StreamsApplication.Processing {

    private volatile boolean paused;

    @Override
    public void pause() {
        paused = true;
    }

    @Override
    public void resume() {
        paused = false;
    }

    boolean isPaused() {
        return paused;
    }
}
