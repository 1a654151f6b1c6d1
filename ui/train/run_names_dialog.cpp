// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/run_names_dialog.h"

#include "ui/base/panel.h"

#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>

namespace continuo::ui {

RunNamesDialog::RunNamesDialog(const QString& name, const QString& notes, QWidget* parent)
    : QDialog(parent)
    , m_name(new QLineEdit(name, this))
    , m_notes(new QPlainTextEdit(notes, this))
{
    setWindowTitle(tr("Name and notes of the run"));
    auto* rows = new QFormLayout(this);
    rows->addRow(label(tr("Name"), TextRole::Muted, this), m_name);
    rows->addRow(label(tr("Notes"), TextRole::Muted, this), m_notes);
    m_name->setAccessibleName(tr("Name"));
    m_notes->setAccessibleName(tr("Notes"));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Save | QDialogButtonBox::Cancel, this);
    rows->addRow(buttons);
    QPushButton* save = buttons->button(QDialogButtonBox::Save);
    connect(m_name, &QLineEdit::textChanged, this, [this, save] {
        setEnabledBecause(*save, m_name->text().trimmed().isEmpty() ? tr("A run needs a name")
                                                                    : QString());
    });
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    resize(420, 260);
}

QString RunNamesDialog::name() const
{
    return m_name->text().trimmed();
}

QString RunNamesDialog::notes() const
{
    return m_notes->toPlainText().trimmed();
}

} // namespace continuo::ui
