// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

QT_BEGIN_NAMESPACE
class QLineEdit;
class QPlainTextEdit;
QT_END_NAMESPACE

namespace continuo::ui {

/// Asks for a run's name and notes.
class RunNamesDialog final : public QDialog
{
    Q_OBJECT

public:
    RunNamesDialog(const QString& name, const QString& notes, QWidget* parent = nullptr);

    QString name() const;
    QString notes() const;

private:
    QLineEdit* m_name;
    QPlainTextEdit* m_notes;
};

} // namespace continuo::ui
