package io.saddle.diffusion.autoencoder;

import com.fasterxml.jackson.databind.JsonNode;

/** The settings of an autoencoder that diffusers knows. */
public sealed interface AutoencoderConfig permits AutoencoderKlConfig, AutoencoderTinyConfig {

    /** Its class in diffusers. */
    String className();

    /** The autoencoder in numbers, with so many weights. */
    AutoencoderDescription description(long parameters);

    /**
     * What {@code config.json} says.
     *
     * @throws IllegalArgumentException for another class than these two, or listing every setting that is wrong or not supported
     */
    static AutoencoderConfig read(JsonNode json) {
        String className = json.path("_class_name").asText();
        return switch (className) {
            case AutoencoderKlConfig.CLASS_NAME -> AutoencoderKlConfig.read(json);
            case AutoencoderTinyConfig.CLASS_NAME -> AutoencoderTinyConfig.read(json);
            default ->
                throw new IllegalArgumentException("_class_name: only " + AutoencoderKlConfig.CLASS_NAME + " and "
                        + AutoencoderTinyConfig.CLASS_NAME + " are autoencoders that can be read, was "
                        + (className.isEmpty() ? "missing" : className));
        };
    }
}
