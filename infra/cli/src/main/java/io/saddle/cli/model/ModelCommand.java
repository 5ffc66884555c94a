package io.saddle.cli.model;

import picocli.CommandLine.Command;

/** Models in diffusers' folders. */
@Command(
        name = "model",
        description = "Works on models in the folders that diffusers writes.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {ModelVerifyCommand.class},
        footerHeading = "%nExamples:%n",
        footer = {"  ./saddle model verify my-model --io recorded.safetensors", "  ./saddle model verify sd-vae-ft-mse"
        })
public final class ModelCommand {}
