package io.saddle.cli;

import io.saddle.artifact.ArtifactException;
import io.saddle.cli.access.ProjectCommand;
import io.saddle.cli.access.TokenCommand;
import io.saddle.cli.audit.AuditCommand;
import io.saddle.cli.backup.BackupCommand;
import io.saddle.cli.backup.RestoreCommand;
import io.saddle.cli.constraint.ConstraintCommand;
import io.saddle.cli.constraint.EvaluatorsCommand;
import io.saddle.cli.data.DataCommand;
import io.saddle.cli.dlq.DlqCommand;
import io.saddle.cli.doctor.DoctorCommand;
import io.saddle.cli.dual.DualCommand;
import io.saddle.cli.fid.FidCommand;
import io.saddle.cli.model.ExportCommand;
import io.saddle.cli.model.ModelCommand;
import io.saddle.cli.model.SampleCommand;
import io.saddle.cli.notification.NotificationCommand;
import io.saddle.cli.pipeline.PipelineCommand;
import io.saddle.cli.run.RunCommand;
import io.saddle.cli.stack.DownCommand;
import io.saddle.cli.stack.SecurityCommand;
import io.saddle.cli.stack.SetupCommand;
import io.saddle.cli.stack.StartupArchivesCommand;
import io.saddle.cli.stack.StatusCommand;
import io.saddle.cli.stack.SuperviseCommand;
import io.saddle.cli.stack.UpCommand;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.cli.terminal.PlainWriter;
import io.saddle.cli.terminal.TextInput;
import io.saddle.cli.terminal.Version;
import io.saddle.cli.topics.TopicsCommand;
import io.saddle.cli.track.TrackCommand;
import io.saddle.cli.verify.VerifyCommand;
import io.saddle.cli.worker.WorkerCommand;
import io.saddle.stack.InvalidSettingException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.ServiceLoader;
import java.util.function.IntSupplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** The root command, with the commands of this module and those that {@link CommandExtension}s on the class path add. */
@Command(
        name = "saddle",
        description = "Constrained diffusion models by dual training, as services over Kafka.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:the work failed",
            "2:wrong usage",
            "3:the stack or a service is not reachable",
            "4:invalid input",
            "5:the watched run was stopped",
            "130:cut off by Ctrl-C; 143: by SIGTERM"
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
            SuperviseCommand.class,
            StatusCommand.class,
            DoctorCommand.class,
            SetupCommand.class,
            SecurityCommand.class,
            TopicsCommand.class,
            DlqCommand.class,
            RunCommand.class,
            PipelineCommand.class,
            WorkerCommand.class,
            NotificationCommand.class,
            DataCommand.class,
            ConstraintCommand.class,
            EvaluatorsCommand.class,
            DualCommand.class,
            SampleCommand.class,
            ExportCommand.class,
            VerifyCommand.class,
            TrackCommand.class,
            TokenCommand.class,
            ProjectCommand.class,
            AuditCommand.class,
            BackupCommand.class,
            RestoreCommand.class,
            FidCommand.class,
            ModelCommand.class,
            StartupArchivesCommand.class,
            CommandLine.HelpCommand.class
        })
public final class Saddle {

    private static final int HELP_WIDTH = 120;

    private Saddle() {}

    public static void main(String[] arguments) {
        System.exit(code(() -> commandLine().execute(arguments)));
    }

    /** The command's own exit code; that of a failure where it ran out of memory, whatever threads go on. */
    static int code(IntSupplier command) {
        try {
            return command.getAsInt();
        } catch (OutOfMemoryError e) {
            System.err.println("error: there is not enough memory (" + e.getMessage()
                    + "); a larger heap: JAVA_TOOL_OPTIONS=-Xmx4g, of a container its limit of memory");
            return ExitCode.FAILED;
        }
    }

    /** The whole command line, with its exit codes; an error is one message on standard error, never a stack trace. */
    public static CommandLine commandLine() {
        CommandLine saddle = new CommandLine(new Saddle());
        ServiceLoader.load(CommandExtension.class).stream()
                .flatMap(extension -> extension.get().commands().stream())
                .forEach(saddle::addSubcommand);
        return saddle.setExecutionExceptionHandler(Saddle::report)
                .setParameterExceptionHandler(Saddle::wrongUsage)
                .setCaseInsensitiveEnumValuesAllowed(true)
                // A worker hands on what pipelines say: "@FILE" would be replaced by the words of any file that it can
                // read.
                .setExpandAtFiles(false)
                // The terminal's; elsewhere one that no example is wider than: a command that is cut cannot be copied.
                .setUsageHelpWidth(HELP_WIDTH)
                .setUsageHelpAutoWidth(true)
                .registerConverter(TextInput.class, TextInput::new)
                .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
                .setOut(printer(System.out, "stdout.encoding", "sun.stdout.encoding"))
                .setErr(printer(System.err, "stderr.encoding", "sun.stderr.encoding"));
    }

    /** Tells of a reader that has left, as picocli's own does not: {@code saddle topics tail ALL | head -1} would read on. */
    private static PrintWriter printer(PrintStream stream, String property, String earlierProperty) {
        String charset = System.getProperty(property, System.getProperty(earlierProperty));
        return new PlainWriter(stream, charset == null ? Charset.defaultCharset() : Charset.forName(charset));
    }

    /** The mistake in a line, what was perhaps meant, and where the help is: not the help itself. */
    private static int wrongUsage(ParameterException e, String[] arguments) {
        CommandLine command = e.getCommandLine();
        PrintWriter err = command.getErr();
        err.println(command.getColorScheme().errorText("error: " + e.getMessage()));
        UnmatchedArgumentException.printSuggestions(e, err);
        err.println("see './" + command.getCommandSpec().qualifiedName() + " --help'");
        err.flush();
        return ExitCode.USAGE;
    }

    private static int report(Exception e, CommandLine command, ParseResult parsed) {
        PrintWriter err = command.getErr();
        err.println(command.getColorScheme().errorText("error: " + message(e)));
        if (System.getenv("SADDLE_TRACE") != null) {
            e.printStackTrace(err);
        }
        err.flush();
        if (ArtifactException.unavailable(e).isPresent()) {
            return ExitCode.UNREACHABLE;
        }
        if (e instanceof CommandException known) {
            return known.exitCode();
        }
        return e instanceof InvalidSettingException ? ExitCode.INVALID_INPUT : ExitCode.FAILED;
    }

    private static String message(Exception e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }
}
