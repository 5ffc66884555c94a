package io.saddle.dualupdater;

/** Remembers whether processing is paused, and holds nothing back. */
final class PauseSwitch implements RebuildThreads.Processing {

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
