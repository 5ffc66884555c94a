package io.saddle.lab.bench.pytorch;

import picocli.CommandLine.Option;

/** Whether variants through {@code torch.compile} are tried. */
public final class CompileOption {

    @Option(
            names = "--compile",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description =
                    "Whether torch.compile is tried, which takes a minute and more for each variant (default: yes).")
    private boolean asked;

    public boolean isAsked() {
        return asked;
    }
}
