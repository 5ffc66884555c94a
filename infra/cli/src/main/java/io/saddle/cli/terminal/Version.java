package io.saddle.cli.terminal;

import picocli.CommandLine.IVersionProvider;

/** The version that the jar was built as, for {@code --version} and reports. */
public final class Version implements IVersionProvider {

    /** The version, or {@code (not packaged)} where classes do not come from a jar. */
    public static String current() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "(not packaged)" : version;
    }

    @Override
    public String[] getVersion() {
        return new String[] {"saddle " + current()};
    }
}
