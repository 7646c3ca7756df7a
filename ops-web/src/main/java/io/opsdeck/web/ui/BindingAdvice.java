package io.opsdeck.web.ui;

import io.opsdeck.core.text.TextHygiene;
import java.beans.PropertyEditorSupport;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.WebDataBinder;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.InitBinder;

/** How parameters become values, on pages and in the REST API alike. */
@ControllerAdvice(annotations = Controller.class)
class BindingAdvice {

    /** Forms are records: made by their constructor, read by their fields, never set afterwards. */
    @InitBinder
    void bind(WebDataBinder binder) {
        binder.initDirectFieldAccess();
        binder.setDeclarativeBinding(true);
        binder.registerCustomEditor(String.class, new PropertyEditorSupport() {
            @Override
            public void setAsText(String text) {
                setValue(TextHygiene.clean(text));
            }
        });
        binder.setDisallowedFields("class.*", "Class.*", "*.class.*", "*.Class.*");
    }
}
