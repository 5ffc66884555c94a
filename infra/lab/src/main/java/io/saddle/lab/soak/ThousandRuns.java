package io.saddle.lab.soak;

import io.saddle.stack.Setting;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The records of very many runs in training, through a real dual updater and a real console. */
final class ThousandRuns extends Scenario {

    private final Intensity intensity;

    ThousandRuns(Intensity intensity) {
        super(
                "thousand-runs",
                String.format(
                        Locale.ROOT,
                        "%,d simulated runs through dual updater and console: %,d dual steps of each as fast as they go, %d s at"
                                + " the pace of real ones, kill -9 of both",
                        intensity.simulatedRuns(),
                        intensity.pastDualSteps(),
                        intensity.live().toSeconds()),
                // A console that has millions of records to read takes longer than anybody waits for otherwise.
                Map.of(Setting.START_SECONDS.environmentName(), "1800"));
        this.intensity = intensity;
    }

    /** The others are simulated. */
    @Override
    List<String> services() {
        return List.of(SimulatedLoad.UPDATER, SimulatedLoad.CONSOLE);
    }

    @Override
    List<Claim> run(SoakStack stack) throws Exception {
        try (SimulatedLoad load = new SimulatedLoad(stack, intensity.simulatedRuns())) {
            String defining = load.define();
            String past = load.past(intensity.pastDualSteps());
            String atRest = load.pages();
            String memory = load.memory();
            String live = load.live(intensity.live());
            String updater = load.killUpdater();
            String console = load.killConsole();
            return List.of(
                    load.everyDualStep(past + "; " + live),
                    load.deadLetters(),
                    load.everyRunIsListed(defining + "; " + atRest + "; " + console),
                    new Claim("a killed dual updater goes on", load.isWhole(), updater),
                    load.nobodyDied(memory));
        }
    }
}
