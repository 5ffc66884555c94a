package io.saddle.cli.terminal;

import io.saddle.service.Build;
import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** The build of the jar, for {@code --version} and reports. */
public final class Version implements IVersionProvider {

    private static final String UNPACKAGED = "(not packaged)";

    /** The build, or {@value #UNPACKAGED} where classes do not come from a jar. */
    public static String current() {
        String number = number();
        return number.equals(UNPACKAGED) ? number : Build.of(number);
    }

    /** The version alone, for what is the same in all its builds. */
    public static String number() {
        return Objects.requireNonNullElse(Version.class.getPackage().getImplementationVersion(), UNPACKAGED);
    }

    @Override
    public String[] getVersion() {
        return new String[] {"saddle " + current()};
    }
}
