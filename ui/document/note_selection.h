// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/note.h"

#include <QObject>

#include <span>
#include <unordered_set>
#include <vector>

namespace continuo::ui {

class ScoreDocument;

/// The notes chosen for the next edit. Notes that leave the score leave the selection, and come back into it when an undo
/// brings them back in the same step. GUI thread only.
class NoteSelection final : public QObject
{
    Q_OBJECT

public:
    /// `document` is borrowed and must outlive the selection.
    explicit NoteSelection(const ScoreDocument& document, QObject* parent = nullptr);

    bool contains(NoteId note) const { return m_notes.contains(note); }
    bool isEmpty() const { return m_notes.empty(); }
    std::size_t size() const { return m_notes.size(); }
    std::vector<NoteId> notes() const; ///< In ascending order of id.

    void set(std::span<const NoteId> notes);
    void add(std::span<const NoteId> notes);
    void remove(std::span<const NoteId> notes);
    void clear() { set({}); }

Q_SIGNALS:
    void changed();

private:
    std::unordered_set<NoteId> m_notes;
    std::unordered_set<NoteId> m_lost; ///< Chosen when they left the score.
};

} // namespace continuo::ui
