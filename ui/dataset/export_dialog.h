// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/json.h"

#include <QDialog>

#include <array>
#include <cstddef>

QT_BEGIN_NAMESPACE
class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;
QT_END_NAMESPACE

namespace continuo::ui {

/// What of a set can be exported: what there is none of cannot be chosen.
struct ExportStock
{
    std::size_t inUse = 0;
    std::size_t changed = 0;            ///< Of these, by the recipe.
    std::size_t rejected = 0;           ///< Files.
    std::array<std::size_t, 3> parts{}; ///< In use in training, validation and test.
};

/// Which pieces an export holds, and what a data card says that no file does. The place is asked
/// for afterwards.
class ExportDialog final : public QDialog
{
    Q_OBJECT

public:
    enum class Kind
    {
        Music,     ///< MIDI or ABC files.
        Sequences, ///< Arrays for NumPy.
        Facts,     ///< A table.
        Card
    };

    /// `what` is to be exported: "MIDI files".
    ExportDialog(Kind kind, const QString& what, const ExportStock& stock,
                 QWidget* parent = nullptr);

    /// Members of the protocol's "export" that were chosen: "only" and "part", of a card "title",
    /// "sources", "licences" and "date"; those that were left as they are are not there.
    Json choice() const;
    /// Fills in what choice() of a card said before.
    void setWords(const Json& choice);
    /// A table of facts of all pieces, in use or not.
    bool isOfAllPieces() const;

private:
    void addPieces();
    void addWords();
    QPlainTextEdit* addLines(const QString& name, const QString& help);
    void refresh();

    Kind m_kind;
    ExportStock m_stock;
    QFormLayout* m_form;
    QComboBox* m_only = nullptr;
    QComboBox* m_part = nullptr;
    QLineEdit* m_title = nullptr;
    QPlainTextEdit* m_sources = nullptr;
    QPlainTextEdit* m_licences = nullptr;
    QLineEdit* m_date = nullptr;
    QLabel* m_words;
    QPushButton* m_ok;
};

} // namespace continuo::ui
