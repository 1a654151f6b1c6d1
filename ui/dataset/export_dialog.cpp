// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/export_dialog.h"

#include "core/dataset/split.h"
#include "ui/base/panel.h"
#include "ui/base/words.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QStandardItemModel>
#include <QVBoxLayout>

namespace continuo::ui {

namespace {

constexpr int kLinesHeight = 62;
const QString kAll = QStringLiteral("all");
const QString kClean = QStringLiteral("clean");
const QString kChanged = QStringLiteral("changed");
const QString kRejected = QStringLiteral("rejected");

/// A choice that cannot be made, with the reason as its tooltip, where there is one.
void addItem(QComboBox& box, const QString& words, const QString& value, const QString& whyNot)
{
    box.addItem(words, value);
    if (whyNot.isEmpty())
        return;
    box.setItemData(box.count() - 1, whyNot, Qt::ToolTipRole);
    if (auto* items = qobject_cast<QStandardItemModel*>(box.model()))
        items->item(box.count() - 1)->setEnabled(false);
}

QString counted(std::size_t count)
{
    return countInWords(static_cast<std::int64_t>(count));
}

std::vector<std::string> linesOf(const QPlainTextEdit& field)
{
    std::vector<std::string> lines;
    for (const QString& line : field.toPlainText().split(QLatin1Char('\n'))) {
        if (const QString words = line.simplified(); !words.isEmpty())
            lines.push_back(words.toStdString());
    }
    return lines;
}

} // namespace

ExportDialog::ExportDialog(Kind kind, const QString& what, const ExportStock& stock,
                           QWidget* parent)
    : QDialog(parent)
    , m_kind(kind)
    , m_stock(stock)
    , m_form(new QFormLayout)
    , m_words(label(QString(), TextRole::Small, this))
{
    setWindowTitle(tr("Export %1").arg(what));
    m_form->setHorizontalSpacing(14);
    m_form->setVerticalSpacing(8);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(18, 16, 18, 14);
    column->setSpacing(10);
    column->addLayout(m_form);
    column->addWidget(m_words);
    m_words->setWordWrap(true);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    m_ok = buttons->button(QDialogButtonBox::Ok);
    m_ok->setText(tr("Choose where…"));
    column->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    if (kind == Kind::Card)
        addWords();
    else
        addPieces();
    setMinimumWidth(440);
    refresh();
}

void ExportDialog::addPieces()
{
    const QString none = m_stock.inUse == 0 ? tr("No piece is in use.") : QString();
    m_only = new QComboBox(this);
    if (m_kind == Kind::Facts)
        addItem(*m_only, tr("all pieces, in use or not"), kAll, {});
    addItem(*m_only, tr("the pieces in use, as the recipe leaves them"), kClean, none);
    addItem(*m_only, tr("of these, the ones that the recipe changes"), kChanged,
            m_stock.changed == 0 ? tr("The recipe changes no piece.") : QString());
    addItem(*m_only, tr("the files that could not be read, as they are"), kRejected,
            m_kind != Kind::Music ? tr("Only as MIDI or ABC files: nothing else is known of them.")
            : m_stock.rejected == 0 ? tr("Every file could be read.")
                                    : QString());
    m_only->setAccessibleName(tr("What"));
    m_form->addRow(label(m_only->accessibleName(), TextRole::Plain, this), m_only);

    const bool isSplit = m_stock.parts[0] + m_stock.parts[1] + m_stock.parts[2] > 0;
    m_part = new QComboBox(this);
    m_part->addItem(tr("the whole set"), QString());
    const QString names[] = {tr("training"), tr("validation"), tr("test")};
    for (std::size_t i = 0; i < m_stock.parts.size(); ++i) {
        const std::string_view part = partName(static_cast<Part>(i));
        addItem(*m_part, names[i], QString::fromLatin1(part.data(), std::ssize(part)),
                !isSplit                ? tr("The set is not split. Press “Split…” first.")
                : m_stock.parts[i] == 0 ? tr("No piece in use is in this part.")
                                        : QString());
    }
    m_part->setAccessibleName(tr("Of which part"));
    m_form->addRow(label(m_part->accessibleName(), TextRole::Plain, this), m_part);
    connect(m_only, &QComboBox::currentIndexChanged, this, &ExportDialog::refresh);
    connect(m_part, &QComboBox::currentIndexChanged, this, &ExportDialog::refresh);
}

QPlainTextEdit* ExportDialog::addLines(const QString& name, const QString& help)
{
    auto* field = new QPlainTextEdit(this);
    field->setFixedHeight(kLinesHeight);
    field->setTabChangesFocus(true);
    field->setPlaceholderText(help);
    field->setToolTip(tr("One a line"));
    field->setAccessibleName(name);
    m_form->addRow(label(name, TextRole::Plain, this), field);
    return field;
}

void ExportDialog::addWords()
{
    m_title = new QLineEdit(this);
    m_title->setPlaceholderText(tr("the name of the set"));
    m_title->setAccessibleName(tr("Title"));
    m_form->addRow(label(m_title->accessibleName(), TextRole::Plain, this), m_title);
    m_sources = addLines(tr("Sources"), tr("where the music comes from"));
    m_licences = addLines(tr("Licences"), tr("what it may be used for, for example CC0-1.0"));
    m_date = new QLineEdit(this);
    m_date->setPlaceholderText(tr("none"));
    m_date->setAccessibleName(tr("Date"));
    m_form->addRow(label(m_date->accessibleName(), TextRole::Plain, this), m_date);
    m_words->setText(tr("A data card is about the whole set. What nobody can read from the files "
                        "is yours to say; what you leave empty stands there as “not stated”."));
}

void ExportDialog::setWords(const Json& choice)
{
    const auto linesIn = [&](const char* name) {
        QStringList lines;
        for (const std::string& line : choice.value(name, std::vector<std::string>()))
            lines << QString::fromStdString(line);
        return lines.join(QLatin1Char('\n'));
    };
    m_title->setText(QString::fromStdString(choice.value("title", std::string())));
    m_sources->setPlainText(linesIn("sources"));
    m_licences->setPlainText(linesIn("licences"));
    m_date->setText(QString::fromStdString(choice.value("date", std::string())));
}

bool ExportDialog::isOfAllPieces() const
{
    return m_only && m_only->currentData().toString() == kAll;
}

void ExportDialog::refresh()
{
    if (m_kind == Kind::Card)
        return;
    const QString only = m_only->currentData().toString();
    setEnabledBecause(*m_part, only == kRejected ? tr("Rejected files belong to no part.")
                               : only == kAll
                                   ? tr("A part has only pieces in use: choose these first.")
                                   : QString());
    const QString part = m_part->isEnabled() ? m_part->currentData().toString() : QString();
    if (only == kRejected)
        m_words->setText(tr("%1 files, byte for byte, with a list of why each was rejected.")
                             .arg(counted(m_stock.rejected)));
    else if (only == kAll)
        m_words->setText(tr("A row for each piece of the set, with what was decided about it."));
    else if (!part.isEmpty())
        m_words->setText(tr("The pieces of one part of the split."));
    else
        m_words->setText(
            tr("%1 pieces.").arg(counted(only == kChanged ? m_stock.changed : m_stock.inUse)));
    setEnabledBecause(*m_ok,
                      only == kClean && m_stock.inUse == 0 ? tr("No piece is in use.") : QString());
}

Json ExportDialog::choice() const
{
    Json choice = Json::object();
    if (m_kind == Kind::Card) {
        const auto add = [&](const char* name, const QLineEdit& field) {
            if (const QString words = field.text().simplified(); !words.isEmpty())
                choice[name] = words.toStdString();
        };
        add("title", *m_title);
        if (auto sources = linesOf(*m_sources); !sources.empty())
            choice["sources"] = std::move(sources);
        if (auto licences = linesOf(*m_licences); !licences.empty())
            choice["licences"] = std::move(licences);
        add("date", *m_date);
        return choice;
    }
    if (const QString only = m_only->currentData().toString(); only != kClean && only != kAll)
        choice["only"] = only.toStdString();
    if (const QString part = m_part->currentData().toString();
        m_part->isEnabled() && !part.isEmpty())
        choice["part"] = part.toStdString();
    return choice;
}

} // namespace continuo::ui
