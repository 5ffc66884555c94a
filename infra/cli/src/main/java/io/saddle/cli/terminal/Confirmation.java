package io.saddle.cli.terminal;

import java.io.PrintWriter;
import java.util.Scanner;
import picocli.CommandLine.Option;

/** The question before a deletion, which is answered with the name of what goes; for use as a mixin. */
public final class Confirmation {

    @Option(names = "--yes", description = "Do not ask.")
    private boolean yes;

    /** Whether nobody is to be asked. */
    public boolean isGiven() {
        return yes;
    }

    /**
     * Asks, unless told not to.
     *
     * @param name of what is deleted
     * @return whether it asked, which may have taken any time
     * @throws CommandException if something else is answered, or nothing
     */
    public boolean require(String name, PrintWriter out) {
        if (yes) {
            return false;
        }
        out.print("Delete it? Its name, to be sure: ");
        out.flush();
        Scanner answers = new Scanner(System.in);
        if (!answers.hasNextLine() || !answers.nextLine().strip().equals(name)) {
            throw new CommandException(ExitCode.FAILED, "nothing was deleted; answer with " + name + ", or say --yes");
        }
        return true;
    }
}
