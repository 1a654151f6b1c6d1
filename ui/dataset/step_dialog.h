// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/recipe.h"

#include <QDialog>

#include <functional>
#include <map>
#include <string>

QT_BEGIN_NAMESPACE
class QCheckBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QVBoxLayout;
QT_END_NAMESPACE

namespace continuo::ui {

/// One step of a recipe: a field for each of its parameters, and which pieces it is for.
class StepDialog final : public QDialog
{
    Q_OBJECT

public:
    /// `isNew`: it is to be added.
    StepDialog(const RecipeStep& step, bool isNew, QWidget* parent = nullptr);

    RecipeStep step() const;
    /// Where a preview of the step stands; the dialog owns it.
    void setPreview(QWidget* preview);

Q_SIGNALS:
    void stepChanged();

private:
    void addParameter(const ParameterInfo& parameter, const RecipeStep& step);
    void refresh();

    RecipeStep m_step;
    const OperationInfo& m_operation;
    std::map<std::string, std::function<ParameterValue()>> m_values;
    QFormLayout* m_form;
    std::map<Problem, QCheckBox*> m_problems;
    QLineEdit* m_folder;
    QLabel* m_words;
    QPushButton* m_ok;
    QVBoxLayout* m_column;
};

} // namespace continuo::ui
