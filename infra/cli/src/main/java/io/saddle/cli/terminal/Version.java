package io.saddle.cli.terminal;

import io.saddle.service.Build;
import picocli.CommandLine.IVersionProvider;

/** The build of the jar, for {@code --version} and reports. */
public final class Version implements IVersionProvider {

    /** The build, or {@code (not packaged)} where classes do not come from a jar. */
    public static String current() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "(not packaged)" : Build.of(version);
    }

    /** The version alone, for what is the same in all its builds. */
    public static String number() {
        return current().replaceFirst("\\+.*", "");
    }

    @Override
    public String[] getVersion() {
        return new String[] {"saddle " + current()};
    }
}
