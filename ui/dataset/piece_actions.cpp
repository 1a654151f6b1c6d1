// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/piece_actions.h"

#include "ui/base/panel.h"
#include "ui/base/words.h"
#include "ui/dataset/recipe_editor.h"

#include <QInputDialog>
#include <QMenu>

#include <algorithm>

namespace continuo::ui {

namespace {

std::vector<std::string> keysOf(const std::vector<PieceRow>& rows)
{
    std::vector<std::string> keys;
    for (const PieceRow& row : rows)
        keys.push_back(row.contentKey);
    // Files with the same bytes are one piece to a recipe.
    std::ranges::sort(keys);
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    return keys;
}

QString piecesInWords(const std::vector<PieceRow>& rows)
{
    return rows.size() == 1 ? PieceActions::tr("“%1”").arg(pieceName(rows.front()))
                            : PieceActions::tr("%1 pieces").arg(countInWords(std::ssize(rows)));
}

bool isDecidedByHand(const Recipe& recipe, const std::string& key)
{
    return std::ranges::any_of(recipe.steps, [&](const RecipeStep& step) {
        return isVerdict(step) &&
               std::ranges::find(step.condition.pieces, key) != step.condition.pieces.end();
    });
}

} // namespace

PieceActions::PieceActions(RecipeEditor& recipe, QWidget& window)
    : QObject(&window)
    , m_recipe(recipe)
    , m_window(window)
{
}

void PieceActions::addTo(QMenu& menu, const std::vector<PieceRow>& rows)
{
    const bool hasUsed = std::ranges::any_of(rows, &PieceRow::isInUse);
    const bool hasUnused =
        std::ranges::any_of(rows, [](const PieceRow& row) { return !row.isInUse; });
    const bool isDecided = std::ranges::any_of(rows, [&](const PieceRow& row) {
        return isDecidedByHand(m_recipe.recipe(), row.contentKey);
    });
    const QString nothing =
        rows.empty() ? tr("Choose a piece in the table first.") : m_recipe.whyNot();
    const auto add = [&](const QString& words, const QString& because, auto work) {
        QAction* action = menu.addAction(words);
        connect(action, &QAction::triggered, this, work);
        setEnabledBecause(*action, !nothing.isEmpty() ? nothing : because);
    };
    add(tr("Leave out"), hasUsed ? QString() : tr("It is left out already."),
        [this, rows] { leaveOut(rows); });
    add(tr("Keep in any case"), hasUnused ? QString() : tr("It is in use."),
        [this, rows] { keep(rows); });
    add(tr("Let the recipe decide"), isDecided ? QString() : tr("Nothing was decided by hand."),
        [this, rows] { forgetDecision(rows); });
    add(tr("Tag…"), {}, [this, rows] { askTag(rows); });
    add(tr("Note…"), rows.size() == 1 ? QString() : tr("Choose one piece alone."),
        [this, rows] { askNote(rows.front()); });
    add(tr("Edit on the roll"),
        rows.size() != 1        ? tr("Choose one piece alone.")
        : !rows.front().isInUse ? tr("The recipe leaves this piece out. Keep it first.")
        : rows.front().sections > 1
            ? tr("The recipe splits this piece. Switch that step off first.")
            : QString(),
        [this] { Q_EMIT editRequested(); });
}

void PieceActions::leaveOut(const std::vector<PieceRow>& rows)
{
    m_recipe.decideByHand(QStringLiteral("exclude"), keysOf(rows), {},
                          tr("leave out %1").arg(piecesInWords(rows)));
}

void PieceActions::keep(const std::vector<PieceRow>& rows)
{
    m_recipe.decideByHand(QStringLiteral("keep"), keysOf(rows), {},
                          tr("keep %1").arg(piecesInWords(rows)));
}

void PieceActions::forgetDecision(const std::vector<PieceRow>& rows)
{
    const std::vector<std::string> keys = keysOf(rows);
    Recipe next = m_recipe.recipe();
    std::erase_if(next.steps, [&](RecipeStep& step) {
        if (!isVerdict(step) || step.condition.pieces.empty())
            return false;
        std::erase_if(step.condition.pieces, [&](const std::string& key) {
            return std::ranges::binary_search(keys, key);
        });
        return step.condition.pieces.empty();
    });
    m_recipe.change(std::move(next), tr("let the recipe decide about %1").arg(piecesInWords(rows)));
}

void PieceActions::tag(const std::vector<PieceRow>& rows, const QString& tag)
{
    m_recipe.decideByHand(QStringLiteral("tag"), keysOf(rows), {{"tag", tag.toStdString()}},
                          tr("tag %1").arg(piecesInWords(rows)));
}

void PieceActions::note(const PieceRow& row, const QString& note)
{
    m_recipe.decideByHand(QStringLiteral("note"), keysOf({row}), {{"note", note.toStdString()}},
                          tr("note on %1").arg(piecesInWords({row})));
}

void PieceActions::askTag(const std::vector<PieceRow>& rows)
{
    bool isGiven = false;
    const QString given = QInputDialog::getText(&m_window, tr("Tag %1").arg(piecesInWords(rows)),
                                                tr("A word or two; the search finds it"),
                                                QLineEdit::Normal, {}, &isGiven)
                              .trimmed();
    if (isGiven && !given.isEmpty())
        tag(rows, given);
}

void PieceActions::askNote(const PieceRow& row)
{
    bool isGiven = false;
    const QString given = QInputDialog::getMultiLineText(
                              &m_window, tr("Note on %1").arg(piecesInWords({row})),
                              tr("The search finds it"), QString::fromStdString(row.note), &isGiven)
                              .trimmed();
    if (isGiven && given != QString::fromStdString(row.note))
        note(row, given);
}

} // namespace continuo::ui
