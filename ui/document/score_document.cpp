// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/document/score_document.h"

#include <QUndoCommand>

#include <cassert>
#include <ranges>
#include <utility>
#include <vector>

namespace continuo::ui {

/// The only undo command of the score: what differs between edits is the patch, not the class.
class PatchCommand final : public QUndoCommand
{
public:
    PatchCommand(ScoreDocument& document, const QString& text, ScorePatch patch, int series)
        : QUndoCommand(text)
        , m_document(document)
        , m_patches{std::move(patch)}
        , m_series(series)
    {
    }

    int id() const override { return m_series == 0 ? -1 : m_series; }
    void redo() override
    {
        for (const ScorePatch& patch : m_patches)
            m_document.apply(patch);
    }
    void undo() override
    {
        for (const ScorePatch& patch : std::views::reverse(m_patches))
            m_document.apply(patch.inverted());
    }
    bool mergeWith(const QUndoCommand* next) override
    {
        // Of the same series, so of the same class: nothing else is pushed on this stack.
        const auto& patches = static_cast<const PatchCommand*>(next)->m_patches;
        m_patches.insert(m_patches.end(), patches.begin(), patches.end());
        return true;
    }

private:
    ScoreDocument& m_document;
    std::vector<ScorePatch> m_patches;
    int m_series;
};

ScoreDocument::ScoreDocument(QObject* parent)
    : QObject(parent)
{
}

void ScoreDocument::edit(const QString& text, const ScorePatch& patch, int series)
{
    if (!patch.isEmpty())
        m_undoStack.push(new PatchCommand(*this, text, patch, series));
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
