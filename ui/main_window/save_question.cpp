// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main_window/save_question.h"

#include "ui/base/panel.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace continuo::ui {

SaveQuestion::SaveQuestion(const QString& title, QWidget* parent)
    : QDialog(parent)
{
    setWindowTitle(tr("Unsaved changes"));
    setWindowModality(Qt::WindowModal);
    auto* question = label(tr("Save the changes to “%1”?").arg(title), TextRole::Title, this);
    question->setWordWrap(true);
    auto* why = label(tr("What was not saved is lost otherwise."), TextRole::Muted, this);
    QPushButton* save = primaryButton(tr("Save"), this);
    QPushButton* discard = button(tr("Don't save"), this);
    QPushButton* cancel = button(tr("Cancel"), this);
    save->setDefault(true);

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(24, 24, 24, 16);
    column->setSpacing(8);
    column->addWidget(question);
    column->addWidget(why);
    column->addSpacing(16);
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(discard);
    row->addStretch();
    row->addWidget(cancel);
    row->addWidget(save);
    column->addLayout(row);
    setMinimumWidth(400);

    connect(save, &QPushButton::clicked, this, [this] {
        accept();
        Q_EMIT saveChosen();
    });
    connect(discard, &QPushButton::clicked, this, [this] {
        accept();
        Q_EMIT discardChosen();
    });
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
}

} // namespace continuo::ui
