// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/score.h"
#include "core/music/score_patch.h"
#include "ui/document/note_origin.h"

#include <QObject>
#include <QUndoStack>

namespace continuo::ui {

/// The score being edited, its undo history and its change notification. Every edit is a ScorePatch pushed here; widgets
/// read score() and never change it. GUI thread only.
class ScoreDocument final : public QObject
{
    Q_OBJECT

public:
    explicit ScoreDocument(QObject* parent = nullptr);

    const Score& score() const { return m_score; }
    QUndoStack& undoStack() { return m_undoStack; }
    const QUndoStack& undoStack() const { return m_undoStack; }

    /// Applies `patch`, made from score(), as one undo step shown as `text` ("draw 3 notes"). An empty patch does nothing and
    /// leaves what could be redone. Edits one after another with the same `series`, not 0, are one step together.
    void edit(const QString& text, const ScorePatch& patch, int series = 0);

    /// Another score: the history and the origins go.
    void replace(Score score, NoteOrigins origins = {});

    const NoteOrigins& origins() const { return m_origins; }
    /// Null for a note nobody generated.
    const NoteOrigin* origin(NoteId note) const;
    /// Remembers where notes came from; undo does not take it back, as their ids are not given again.
    void addOrigins(const NoteOrigins& origins);

Q_SIGNALS:
    /// After each edit, undo and redo, with what just happened to the score.
    void changed(const continuo::ScorePatch& patch);
    /// After replace(): nothing of the former score holds.
    void replaced();

private:
    friend class PatchCommand;
    void apply(const ScorePatch& patch);

    Score m_score{};
    QUndoStack m_undoStack;
    NoteOrigins m_origins{};
};

} // namespace continuo::ui
