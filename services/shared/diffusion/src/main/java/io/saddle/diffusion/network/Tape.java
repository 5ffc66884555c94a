package io.saddle.diffusion.network;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a backward pass goes through, the last layer first: it writes into a script how each hands its result's gradient back, and adds
 * the gradients of parameters to those of the {@code leaves} that the script is given.
 */
final class Tape {
    private record Layer(String result, Consumer<String> backward) {}

    /** One of the {@linkplain FlatLayout#leaves leaves}, with the numbers of its parameters. */
    private record Leaf(int number, List<Integer> parameters) {}

    private final ScriptBody script;
    private final Deque<Layer> layers = new ArrayDeque<>();
    /** Of results, as far as the layers that take them have been gone through. */
    private final Map<String, String> gradients = new HashMap<>();
    /** Of parameters, by their numbers. */
    private final Map<Integer, String> found = new HashMap<>();

    Tape(ScriptBody script) {
        this.script = script;
    }

    /**
     * Records a layer.
     *
     * @param backward writes what follows from the gradient of {@code result}
     * @return the result
     */
    String layer(String result, Consumer<String> backward) {
        layers.push(new Layer(result, backward));
        return result;
    }

    /** One more part of the gradient of a layer's result. */
    void add(String x, String gradient) {
        gradients.merge(x, gradient, (known, more) -> script.op("torch.add(%s, %s)", known, more));
    }

    /** What is known of a result's gradient, to be added again with what is found more; null: nothing. */
    String take(String x) {
        return gradients.remove(x);
    }

    /** The gradient of the parameter of this number. */
    void found(int parameter, String gradient) {
        found.put(parameter, gradient);
    }

    /** The backward pass that autograd makes from these results, given their gradients: both lists without brackets. */
    void byAutograd(String results, String gradients) {
        script.statement("torch.autograd.backward([%s], annotate(List[Optional[Tensor]], [%s]))", results, gradients);
    }

    /** Writes the backward pass from the last result, whose gradient this is. */
    void rewind(String result, String gradient) {
        add(result, gradient);
        Deque<Leaf> open = leavesFromTheLast();
        while (!layers.isEmpty()) {
            Layer layer = layers.pop();
            layer.backward().accept(take(layer.result()));
            while (!open.isEmpty() && found.keySet().containsAll(open.peek().parameters())) {
                addWhole(open.pop());
            }
        }
    }

    private Deque<Leaf> leavesFromTheLast() {
        Deque<Leaf> all = new ArrayDeque<>();
        int first = 0;
        for (List<ParameterSpec> leaf : script.layout().leaves()) {
            int end = first + leaf.size();
            all.push(new Leaf(all.size(), IntStream.range(first, end).boxed().toList()));
            first = end;
        }
        return all;
    }

    /** Adds a leaf's gradient to what there is of it, so that no more than one lies beside the sum. */
    private void addWhole(Leaf leaf) {
        String parts = leaf.parameters().stream()
                .map(number -> "torch.flatten(" + found.get(number) + ")")
                .collect(Collectors.joining(", "));
        byAutograd("leaves[" + leaf.number() + "]", "torch.cat([" + parts + "], 0)");
    }
}
