// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/roll/note_accessible.h"

#include "ui/document/note_selection.h"
#include "ui/roll/note_words.h"

#include <algorithm>

namespace continuo::ui {

namespace {

class NoteAccessible final : public QAccessibleInterface
{
public:
    NoteAccessible(NoteArea* area, NoteId note)
        : m_area(area)
        , m_note(note)
    {
    }

    bool isValid() const override { return note().has_value(); }
    QObject* object() const override { return nullptr; }
    QWindow* window() const override { return m_area ? m_area->window()->windowHandle() : nullptr; }
    QAccessibleInterface* parent() const override { return m_area ? QAccessible::queryAccessibleInterface(m_area) : nullptr; }
    QAccessibleInterface* child(int) const override { return nullptr; }
    QAccessibleInterface* childAt(int, int) const override { return nullptr; }
    int childCount() const override { return 0; }
    int indexOfChild(const QAccessibleInterface*) const override { return -1; }
    QAccessible::Role role() const override { return QAccessible::ListItem; }
    void setText(QAccessible::Text, const QString&) override {}

    QString text(QAccessible::Text kind) const override
    {
        const auto found = note();
        return found && kind == QAccessible::Name ? noteInWords(m_area->roll().meters(), *found) : QString();
    }

    QRect rect() const override
    {
        const auto found = note();
        if (!found)
            return {};
        const QRect place = m_area->placeOf(*found).toAlignedRect();
        return {m_area->mapToGlobal(place.topLeft()), place.size()};
    }

    QAccessible::State state() const override
    {
        QAccessible::State state;
        state.invalid = !isValid();
        state.selectable = true;
        state.multiSelectable = true;
        state.selected = m_area && m_area->roll().selection().contains(m_note);
        return state;
    }

private:
    std::optional<Note> note() const
    {
        if (!m_area)
            return std::nullopt;
        const std::vector<Note> notes = m_area->notesInSight();
        const auto found = std::ranges::find(notes, m_note, &Note::id);
        return found == notes.end() ? std::nullopt : std::optional(*found);
    }

    QPointer<NoteArea> m_area;
    NoteId m_note;
};

} // namespace

NoteAreaAccessible::NoteAreaAccessible(NoteArea* area)
    : QAccessibleWidget(area, QAccessible::List)
    , m_area(area)
{
}

NoteAreaAccessible::~NoteAreaAccessible()
{
    for (const auto& [note, id] : m_children)
        QAccessible::deleteAccessibleInterface(id);
}

int NoteAreaAccessible::childCount() const
{
    return m_area ? static_cast<int>(m_area->notesInSight().size()) : 0;
}

QAccessibleInterface* NoteAreaAccessible::child(int index) const
{
    if (!m_area || index < 0)
        return nullptr;
    const std::vector<Note> notes = m_area->notesInSight();
    return static_cast<std::size_t>(index) < notes.size() ? childOf(notes[static_cast<std::size_t>(index)].id) : nullptr;
}

QAccessibleInterface* NoteAreaAccessible::childOf(NoteId note) const
{
    if (const auto known = m_children.find(note); known != m_children.end())
        return QAccessible::accessibleInterface(known->second);
    auto* made = new NoteAccessible(m_area, note);
    m_children.emplace(note, QAccessible::registerAccessibleInterface(made));
    return made;
}

QAccessibleInterface* NoteAreaAccessible::childAt(int x, int y) const
{
    if (!m_area)
        return nullptr;
    const QPointF at = m_area->mapFromGlobal(QPoint(x, y));
    for (const Note& note : m_area->notesInSight()) {
        if (m_area->placeOf(note).contains(at))
            return childOf(note.id);
    }
    return nullptr;
}

QAccessibleInterface* NoteAreaAccessible::focusChild() const
{
    if (!m_area || !m_area->hasFocus() || m_area->roll().selection().size() != 1)
        return nullptr;
    const NoteId chosen = m_area->roll().selection().notes().front();
    const std::vector<Note> notes = m_area->notesInSight();
    return std::ranges::find(notes, chosen, &Note::id) == notes.end() ? nullptr : childOf(chosen);
}

int NoteAreaAccessible::indexOfChild(const QAccessibleInterface* child) const
{
    const auto known = std::ranges::find_if(m_children, [child](const auto& entry) { return QAccessible::accessibleInterface(entry.second) == child; });
    if (!m_area || known == m_children.end())
        return -1;
    const std::vector<Note> notes = m_area->notesInSight();
    const auto found = std::ranges::find(notes, known->first, &Note::id);
    return found == notes.end() ? -1 : static_cast<int>(found - notes.begin());
}

QAccessibleInterface* accessibleNoteArea(const QString&, QObject* object)
{
    auto* area = qobject_cast<NoteArea*>(object);
    return area ? new NoteAreaAccessible(area) : nullptr;
}

} // namespace continuo::ui
