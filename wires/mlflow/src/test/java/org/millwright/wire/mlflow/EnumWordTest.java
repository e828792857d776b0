package org.millwright.wire.mlflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import org.junit.jupiter.api.Test;
import org.millwright.shared.View;

class EnumWordTest {

    @Test
    void a_view_comes_as_a_name_or_as_its_number() {
        assertThat(Views.parse("view_type", TextNode.valueOf("DELETED_ONLY"))).isEqualTo(View.DELETED);
        assertThat(Views.parse("view_type", IntNode.valueOf(3))).isEqualTo(View.ALL);
        assertThat(Views.parse("view_type", EnumWord.ofQuery("1"))).isEqualTo(View.ACTIVE);
    }

    @Test
    void nothing_said_means_what_is_not_deleted() {
        assertThat(Views.parse("view_type", null)).isEqualTo(View.ACTIVE);
        assertThat(Views.parse("view_type", NullNode.getInstance())).isEqualTo(View.ACTIVE);
        assertThat(Views.parse("view_type", EnumWord.ofQuery(""))).isEqualTo(View.ACTIVE);
    }

    @Test
    void another_word_is_refused_where_it_stands() {
        assertThatThrownBy(() -> Views.parse("run_view_type", IntNode.valueOf(9)))
                .hasMessageStartingWith("Invalid value \"9\" for parameter 'run_view_type' supplied");
    }
}
