/** The PostgreSQL server, embedded or external, its roles and its connection pools. */
@NullMarked
package io.opsdeck.core.database;

import org.jspecify.annotations.NullMarked;
