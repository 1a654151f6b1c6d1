// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/document/note_selection.h"

#include "ui/document/score_document.h"

#include <algorithm>

namespace continuo::ui {

NoteSelection::NoteSelection(const ScoreDocument& document, QObject* parent)
    : QObject(parent)
{
    connect(&document, &ScoreDocument::replaced, this, [this] {
        m_lost.clear();
        clear();
    });
    connect(&document, &ScoreDocument::changed, this, [this](const ScorePatch& patch) {
        bool isChanged = false;
        for (const auto& removed : patch.removedNotes) {
            if (m_notes.erase(removed.note.id) > 0) {
                m_lost.insert(removed.note.id);
                isChanged = true;
            }
        }
        for (const auto& added : patch.addedNotes) {
            if (m_lost.erase(added.note.id) > 0) {
                m_notes.insert(added.note.id);
                isChanged = true;
            }
        }
        for (const auto& removed : patch.removedTracks) {
            for (const Note& note : removed.track.notes)
                isChanged = m_notes.erase(note.id) > 0 || isChanged;
        }
        if (isChanged)
            Q_EMIT changed();
    });
}

std::vector<NoteId> NoteSelection::notes() const
{
    std::vector<NoteId> notes(m_notes.begin(), m_notes.end());
    std::ranges::sort(notes);
    return notes;
}

void NoteSelection::set(std::span<const NoteId> notes)
{
    std::unordered_set<NoteId> next(notes.begin(), notes.end());
    m_lost.clear();
    if (next == m_notes)
        return;
    m_notes = std::move(next);
    Q_EMIT changed();
}

void NoteSelection::add(std::span<const NoteId> notes)
{
    const std::size_t before = m_notes.size();
    m_notes.insert(notes.begin(), notes.end());
    if (m_notes.size() != before)
        Q_EMIT changed();
}

void NoteSelection::remove(std::span<const NoteId> notes)
{
    std::size_t removed = 0;
    for (const NoteId note : notes)
        removed += m_notes.erase(note);
    if (removed > 0)
        Q_EMIT changed();
}

} // namespace continuo::ui
