// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/document/score_document.h"

#include <QUndoCommand>

#include <cassert>
#include <utility>

namespace continuo::ui {

/// The only undo command of the score: what differs between edits is the patch, not the class.
class PatchCommand final : public QUndoCommand
{
public:
    PatchCommand(ScoreDocument& document, const QString& text, ScorePatch patch)
        : QUndoCommand(text)
        , m_document(document)
        , m_patch(std::move(patch))
    {
    }

    void redo() override { m_document.apply(m_patch); }
    void undo() override { m_document.apply(m_patch.inverted()); }

private:
    ScoreDocument& m_document;
    ScorePatch m_patch;
};

ScoreDocument::ScoreDocument(QObject* parent)
    : QObject(parent)
{
}

void ScoreDocument::edit(const QString& text, const ScorePatch& patch)
{
    if (!patch.isEmpty())
        m_undoStack.push(new PatchCommand(*this, text, patch));
}

void ScoreDocument::replace(Score score, NoteOrigins origins)
{
    m_undoStack.clear();
    m_score = std::move(score);
    m_origins = std::move(origins);
    Q_EMIT replaced();
}

const NoteOrigin* ScoreDocument::origin(NoteId note) const
{
    const auto found = m_origins.find(note);
    return found == m_origins.end() ? nullptr : &found->second;
}

void ScoreDocument::addOrigins(const NoteOrigins& origins)
{
    for (const auto& [note, origin] : origins)
        m_origins.insert_or_assign(note, origin);
}

void ScoreDocument::apply(const ScorePatch& patch)
{
    [[maybe_unused]] const Status applied = applyPatch(m_score, patch);
    assert(applied);
    Q_EMIT changed(patch);
}

} // namespace continuo::ui
