// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/recipe_editor.h"

#include "core/protocol/engine_messages.h"
#include "ui/base/notices.h"
#include "ui/base/words.h"
#include "ui/engine/engine_process.h"
#include "ui/dataset/piece_progress.h"
#include "ui/engine/task_list.h"

#include <QFile>
#include <QFileInfo>
#include <QTemporaryFile>
#include <QUndoCommand>

#include <algorithm>
#include <utility>

namespace continuo::ui {

namespace {

/// Longer recipes, which have pieces edited by hand in them, go through a file: a line of the
/// protocol holds a mebibyte.
constexpr std::size_t kMostInALine = 500'000;

void removePieces(std::vector<std::string>& from, const std::vector<std::string>& pieces)
{
    std::erase_if(from, [&](const std::string& key) {
        return std::ranges::find(pieces, key) != pieces.end();
    });
}

} // namespace

class RecipeEditor::Change final : public QUndoCommand
{
public:
    Change(RecipeEditor& editor, Recipe before, Recipe after, const QString& words)
        : QUndoCommand(words)
        , m_editor(editor)
        , m_before(std::move(before))
        , m_after(std::move(after))
    {
    }

    void undo() override { m_editor.take(m_before); }
    void redo() override { m_editor.take(m_after); }

private:
    RecipeEditor& m_editor;
    Recipe m_before;
    Recipe m_after;
};

RecipeEditor::RecipeEditor(const StudioContext& context, QObject* parent)
    : QObject(parent)
    , m_context(context)
{
    connect(&m_stack, &QUndoStack::indexChanged, this, &RecipeEditor::changed);
}

RecipeEditor::~RecipeEditor()
{
    m_stack.disconnect(this);
}

void RecipeEditor::setWhyNot(const QString& why)
{
    if (why == m_whyNot)
        return;
    m_whyNot = why;
    Q_EMIT changed();
}

void RecipeEditor::report(const Error& error)
{
    m_context.notices.report(error);
}

void RecipeEditor::show(const QString& set, const Recipe& stored)
{
    const bool isSameSet = set == m_set;
    // What is being applied, or waits for it, is newer than what was read.
    if (isSameSet && (m_job || stored == m_recipe)) {
        m_stored = m_job ? m_stored : stored;
        return;
    }
    m_set = set;
    m_stored = stored;
    m_recipe = stored;
    m_stack.clear();
    Q_EMIT changed();
}

void RecipeEditor::change(Recipe next, const QString& words)
{
    // As the set keeps them; another order would be taken for a change made elsewhere.
    sortPieces(next);
    if (next == m_recipe || m_set.isEmpty() || !m_whyNot.isEmpty())
        return;
    m_stack.push(new Change(*this, m_recipe, std::move(next), words));
}

void RecipeEditor::addStep(RecipeStep step)
{
    Recipe next = m_recipe;
    const OperationInfo* operation = operationNamed(step.operation);
    const auto title = QString::fromUtf8(operation->title.data(), std::ssize(operation->title));
    next.steps.push_back(std::move(step));
    change(std::move(next), tr("add %1").arg(title));
}

void RecipeEditor::replaceStep(std::size_t place, RecipeStep step)
{
    Recipe next = m_recipe;
    next.steps.at(place) = std::move(step);
    change(std::move(next), tr("change step %1").arg(place + 1));
}

void RecipeEditor::removeStep(std::size_t place)
{
    Recipe next = m_recipe;
    next.steps.erase(next.steps.begin() + static_cast<std::ptrdiff_t>(place));
    change(std::move(next), tr("remove step %1").arg(place + 1));
}

void RecipeEditor::moveStep(std::size_t place, std::size_t to)
{
    if (place == to || place >= m_recipe.steps.size() || to >= m_recipe.steps.size())
        return;
    Recipe next = m_recipe;
    RecipeStep step = std::move(next.steps[place]);
    next.steps.erase(next.steps.begin() + static_cast<std::ptrdiff_t>(place));
    next.steps.insert(next.steps.begin() + static_cast<std::ptrdiff_t>(to), std::move(step));
    change(std::move(next), tr("move step %1").arg(place + 1));
}

void RecipeEditor::switchStep(std::size_t place, bool isOn)
{
    Recipe next = m_recipe;
    next.steps.at(place).isOn = isOn;
    change(std::move(next),
           isOn ? tr("switch step %1 on").arg(place + 1) : tr("switch step %1 off").arg(place + 1));
}

void RecipeEditor::decideByHand(const QString& operation, const std::vector<std::string>& pieces,
                                const std::map<std::string, ParameterValue>& parameters,
                                const QString& words)
{
    if (pieces.empty())
        return;
    RecipeStep step = makeStep(operation.toStdString());
    for (const auto& [name, value] : parameters)
        step.parameters[name] = value;
    Recipe next = m_recipe;
    // A later step by hand stands for what it says about a piece; what it replaces need not stay.
    const std::string_view subject = operationNamed(step.operation)->subject;
    std::erase_if(next.steps, [&](RecipeStep& other) {
        const bool isReplaced =
            !subject.empty() && operationNamed(other.operation)->subject == subject;
        if (!isReplaced || other.condition.pieces.empty())
            return false;
        removePieces(other.condition.pieces, pieces);
        return other.condition.pieces.empty();
    });
    const bool joins = !next.steps.empty() && [&] {
        RecipeStep last = next.steps.back();
        last.condition.pieces.clear();
        return last == step && !next.steps.back().condition.pieces.empty();
    }();
    if (!joins)
        next.steps.push_back(step);
    std::vector<std::string>& named = next.steps.back().condition.pieces;
    removePieces(named, pieces);
    named.insert(named.end(), pieces.begin(), pieces.end());
    change(std::move(next), words);
}

void RecipeEditor::take(const Recipe& recipe)
{
    m_recipe = recipe;
    Q_EMIT changed();
    apply();
}

void RecipeEditor::apply()
{
    if (m_job || m_recipe == m_stored)
        return;
    Job job{0, 0, m_set, m_recipe, {}};
    const QString name = QFileInfo(m_set).completeBaseName();
    job.task = m_context.tasks.begin(tr("Cleaning “%1”").arg(name), [this] {
        if (m_job)
            m_context.datasetEngine.cancel(m_job->id);
    });
    CleanRequest asked;
    asked.set = QFile::encodeName(m_set).toStdString();
    asked.recipeJson = recipeToJson(m_recipe);
    if (asked.recipeJson.size() > kMostInALine) {
        job.file = std::make_shared<QTemporaryFile>();
        if (!job.file->open() ||
            job.file->write(asked.recipeJson.data(), std::ssize(asked.recipeJson)) < 0 ||
            !job.file->flush()) {
            m_context.tasks.finish(job.task);
            m_context.notices.warn(
                tr("The recipe cannot be handed over: %1").arg(job.file->errorString()));
            return;
        }
        asked.recipeJson.clear();
        asked.recipeFile = QFile::encodeName(job.file->fileName()).toStdString();
    }
    job.id = m_context.datasetEngine.ask(
        QStringLiteral("clean"), toJson(asked), this,
        [this](const Result<Json>& answer) { ended(answer); },
        [this, task = job.task](const std::string& method, const Json& params) {
            if (method != "cleanProgress")
                return;
            tellPieces(m_context.tasks, task, params);
        });
    m_job = std::move(job);
    Q_EMIT applyingChanged();
}

void RecipeEditor::ended(const Result<Json>& answer)
{
    const Job job = std::move(*std::exchange(m_job, std::nullopt));
    m_context.tasks.finish(job.task);
    const bool isInView = job.set == m_set;
    if (answer && isInView)
        m_stored = job.recipe;
    if (!answer) {
        m_context.notices.report(answer.error());
        if (isInView) {
            // The set is as it was, and so is the recipe that is shown.
            m_recipe = m_stored;
            m_stack.clear();
            Q_EMIT changed();
        }
    }
    Q_EMIT applyingChanged();
    if (answer && isInView)
        Q_EMIT applied(*answer);
    if (isInView)
        apply();
}

} // namespace continuo::ui
