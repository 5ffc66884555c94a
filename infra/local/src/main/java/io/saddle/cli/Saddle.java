package io.saddle.cli;

import io.saddle.local.InvalidSettingException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParseResult;

/** The root command. */
@Command(
        name = "saddle",
        description = "Constrained diffusion models by dual training, as services over Kafka.",
        mixinStandardHelpOptions = true,
        versionProvider = Saddle.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:the work failed",
            "2:wrong usage",
            "3:the stack or a service is not reachable",
            "4:invalid input",
            "5:the watched run was stopped"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./saddle up                          start what does not run yet",
            "  ./saddle run submit my-run.yaml      start a training run",
            "  ./saddle run watch my-run            follow it",
            "  ./saddle topics tail ALL             all that the services say to each other",
            "  ./saddle down                        end it all; data and runs stay",
            "",
            "More on each command: ./saddle COMMAND --help"
        },
        subcommands = {
            UpCommand.class,
            DownCommand.class,
            StatusCommand.class,
            SetupCommand.class,
            SecurityCommand.class,
            TopicsCommand.class,
            DlqCommand.class,
            RunCommand.class,
            ConstraintCommand.class,
            EvaluatorsCommand.class,
            DualCommand.class,
            SampleCommand.class,
            ExportCommand.class,
            TrackCommand.class,
            BackupCommand.class,
            RestoreCommand.class,
            FidCommand.class,
            ModelCommand.class,
            DemoCommand.class,
            ExperimentCommand.class,
            BenchCommand.class,
            SoakCommand.class,
            StartupArchivesCommand.class
        })
public final class Saddle {

    private Saddle() {}

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /** The whole command line, with its exit codes; an error is one message on standard error, never a stack trace. */
    static CommandLine commandLine() {
        return new CommandLine(new Saddle())
                .setExecutionExceptionHandler(Saddle::report)
                .setCaseInsensitiveEnumValuesAllowed(true);
    }

    private static int report(Exception e, CommandLine command, ParseResult parsed) {
        PrintWriter err = command.getErr();
        err.println(command.getColorScheme().errorText("error: " + message(e)));
        if (System.getenv("SADDLE_TRACE") != null) {
            e.printStackTrace(err);
        }
        err.flush();
        if (e instanceof CommandException known) {
            return known.exitCode();
        }
        return e instanceof InvalidSettingException ? ExitCode.INVALID_INPUT : ExitCode.FAILED;
    }

    private static String message(Exception e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }

    /** The version that the jar was built as. */
    static String version() {
        String version = Saddle.class.getPackage().getImplementationVersion();
        return version == null ? "(not packaged)" : version;
    }

    /** For {@code --version}. */
    static final class Version implements CommandLine.IVersionProvider {

        @Override
        public String[] getVersion() {
            return new String[] {"saddle " + version()};
        }
    }
}
