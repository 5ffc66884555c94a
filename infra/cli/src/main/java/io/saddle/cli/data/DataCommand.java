package io.saddle.cli.data;

import picocli.CommandLine.Command;

/** Data sets of one's own. */
@Command(
        name = "data",
        description = "Imports pictures with what is known of them, and shows the data sets of the artifact store.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            DataImportCommand.class,
            DataEncodeCommand.class,
            DataClassifierCommand.class,
            DataListCommand.class,
            DataShowCommand.class,
            DataRemoveCommand.class,
            DataAnnounceCommand.class
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./saddle data import photographs --name cats --size 64",
            "  ./saddle data import celeba/img --attributes celeba/list_attr_celeba.txt --name faces --size 64",
            "  ./saddle data encode faces --autoencoder sd-vae-ft-mse --name faces-latent",
            "  ./saddle data list",
            "  ./saddle data show faces"
        })
public final class DataCommand {}
