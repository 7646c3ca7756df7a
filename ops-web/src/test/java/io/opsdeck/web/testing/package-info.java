/** What the tests of pages and interfaces share: the running application and a browser made of plain HTTP. */
@NullMarked
package io.opsdeck.web.testing;

import org.jspecify.annotations.NullMarked;
