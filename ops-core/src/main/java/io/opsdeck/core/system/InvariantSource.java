package io.opsdeck.core.system;

import java.util.List;

/** Says what must hold in the tables of a module. Found by its line in a {@code spring.factories}, since commands have no beans. */
public interface InvariantSource {

    List<Invariant> invariants();
}
