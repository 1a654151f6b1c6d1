// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/recipe.h"
#include "core/protocol/json.h"
#include "ui/base/studio_context.h"

#include <QObject>
#include <QString>
#include <QUndoStack>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

QT_BEGIN_NAMESPACE
class QTemporaryFile;
QT_END_NAMESPACE

namespace continuo::ui {

/// The recipe of the set in view with its history: every change is applied to the set by the
/// dataset engine at once, and undone by applying the recipe of before. Changes that come while one
/// is being applied wait, and only the last of them is applied. GUI thread only.
class RecipeEditor final : public QObject
{
    Q_OBJECT

public:
    explicit RecipeEditor(const StudioContext& context, QObject* parent = nullptr);
    ~RecipeEditor() override;

    /// The set whose recipe it is; empty until one was shown.
    const QString& set() const { return m_set; }
    const Recipe& recipe() const { return m_recipe; }
    QUndoStack& undoStack() { return m_stack; }
    bool isApplying() const { return m_job.has_value(); }
    /// Why nothing can be changed at present; empty: it can.
    const QString& whyNot() const { return m_whyNot; }
    void setWhyNot(const QString& why);

    /// Something about a recipe went wrong: in the notices.
    void report(const Error& error);

    /// The set in view and the recipe it holds. Of another set than before the history goes; of the
    /// same it stays, unless its recipe was changed elsewhere.
    void show(const QString& set, const Recipe& stored);

    /// One undoable change: the recipe as it is to be, and what was done in words for the menu:
    /// "add Quantise".
    void change(Recipe next, const QString& words);
    void addStep(RecipeStep step);
    void replaceStep(std::size_t place, RecipeStep step);
    void removeStep(std::size_t place);
    void moveStep(std::size_t place, std::size_t to);
    void switchStep(std::size_t place, bool isOn);

    /// A step by hand ("exclude", "keep", …) for these pieces, by pieceKey(): joins the last step
    /// where that is the same without them, and takes them out of the steps that say the opposite.
    void decideByHand(const QString& operation, const std::vector<std::string>& pieces,
                      const std::map<std::string, ParameterValue>& parameters,
                      const QString& words);

Q_SIGNALS:
    void changed(); ///< The recipe, what can be undone, or whether it can be changed.
    void applyingChanged();
    /// The set holds what recipe() says now; `told` is the engine's answer.
    void applied(const continuo::Json& told);

private:
    class Change;

    void take(const Recipe& recipe);
    void apply();
    void ended(const Result<Json>& answer);

    StudioContext m_context;
    QUndoStack m_stack;
    QString m_set{};
    QString m_whyNot{};
    Recipe m_recipe{};
    Recipe m_stored{}; ///< What the set holds.
    struct Job
    {
        std::int64_t id = 0;
        int task = 0;
        QString set{};
        Recipe recipe{};
        std::shared_ptr<QTemporaryFile> file{}; ///< Of a long recipe; lives as long as the job.
    };
    std::optional<Job> m_job{};
};

} // namespace continuo::ui
